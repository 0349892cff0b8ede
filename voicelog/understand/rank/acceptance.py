"""Whether an utterance is for the logger, and how sure its meaning is.

Two recognisers heard the same sound. How much likelier the sound is as a sentence of the grammar than as just any
words tells best whether it was one (the likelihood-ratio test of utterance verification: Sukkar & Lee, 1996); how alike
the two sound, whether the open words mean the same, what is left unexplained and how close the next meaning is tell the
rest. A logistic model makes one probability of them, fitted by ``benchmarks/understand_weights.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Hypothesis, Utterance
from voicelog.understand.grammar.sample import expects
from voicelog.understand.lexicon import most_alike
from voicelog.understand.rank.candidates import Candidate
from voicelog.understand.rank.doubt import TOO_CLOSE, otherwise, spoken_against
from voicelog.understand.rank.explanation import Explanation
from voicelog.understand.rank.readings import is_decoy, reply_to, unexplained_share

WEIGHTS = {
    "constant": -0.41,
    "ratio": 0.83,
    "ratio per second": 0.82,
    "likeness": 1.23,
    "unexplained": -2.11,
    "same meaning": 0.82,
    "same intent": -0.42,
    "margin": 3.4,
    "words": -1.46,
}
ACCEPT = 0.48
"""The least probability of being right at which an utterance is acted on."""
ACCEPT_FEW = {1: 0.86, 2: 0.72}
"""The same for so few words, which many others sound like …"""
FEW, LIKELIER = 2, 4.5
"""… and they are not acted on at all if one of them is left unexplained ("nine d" of "ninety"), or if the sound is so
much likelier (natural logarithms) as any other words …"""
ACCEPT_ANSWER = 0.6
"""… for the answer to a question …"""
ACCEPT_ASIDE, ACCEPT_FEW_ASIDE, ACCEPT_ONE_ASIDE = 0.75, 0.93, 0.96
"""… and for what is not an answer to it, since a short answer misheard may sound like anything: the second for so few
words, the third for one word, with a value of their own …"""
LIKELIER_ASIDE = 1.0
"""… one word only if it is so much likelier (natural logarithms) than any other words …"""
ACCEPT_BESIDE, ACCEPT_BESIDE_TWICE = 0.86, 0.75
"""The same where somebody else talked in the pauses, whose words are heard as the person's; the second if the voice
told by separation and the one told by level are heard alike, each by itself, and no value is in doubt …"""
SO_LITTLE, SO_LITTLE_BESIDE = 0.85, 0.97
"""… and there or under the words, for sentences that ask for at least the first anyway: bare details, above all …"""
ACCEPT_PARTLY = 0.65
"""The same where more of the words than this share are left unexplained …"""
PARTLY, MOSTLY = 0.15, 0.35
"""… and with more than the second it is not acted on."""
UNSURE = 0.7
"""The least probability that the best candidate's intent is right, at which an utterance that is in doubt only for some
of its values is worth asking about."""
TOO_CLOSE_ANSWER = 1.25
"""An answer is asked for again if another is at most this far behind (anything else: :data:`TOO_CLOSE`)."""

Talk = Literal["in the pauses", "under the words"]


def judge(
    utterance: Utterance,
    ours: Sequence[Candidate],
    theirs: Sequence[Candidate],
    expecting: str | None = None,
    *,
    whole: bool = True,
    talk: Talk | None = None,
    twice: bool = False,
) -> Explanation:
    """The best candidate's meaning with its confidence, accepted or not and why, and which values are doubtful.

    The best is not acted on if it is not ``whole``: if something else was said too. ``talk`` tells
    where somebody else talked, and ``twice`` that the best was heard in both kinds of the voice alone.
    """
    heard = utterance.open[0].text if utterance.open else ""
    if not ours:
        return Explanation(Meaning(text=heard, reason="no sentence of the grammar is like it"), (), utterance.open)
    best = ours[0]
    found = evidence(best, ours, theirs, utterance.open)
    confidence = probability(found)
    of_its_kind = probability({**found, "margin": _margin(_behind(ours, best.reading.meaning.intent))})
    doubtful = otherwise(ours, confidence) if of_its_kind >= UNSURE else ()
    answer = answers(best, expecting)
    unclear = _behind(ours) < (TOO_CLOSE_ANSWER if answer else TOO_CLOSE) or (answer and expecting in doubtful)
    unclear = unclear or not whole or _too_little(best, found, expecting)
    least = _needed(best, expecting)
    if talk is not None:
        so_little = SO_LITTLE_BESIDE if says_little(best) else 0.0
        in_the_pauses = ACCEPT_BESIDE_TWICE if twice and not doubtful else ACCEPT_BESIDE
        least = max(least, in_the_pauses if talk == "in the pauses" else 0.0, so_little)
    reason = _reason(best, confidence >= least and not unclear, doubtful)
    doubtful = doubtful if not reason or reason.startswith("unsure") else ()
    if not reason:
        doubtful = tuple(sorted({*doubtful, *spoken_against(best, theirs, utterance, confidence)}))
    meaning = replace(
        best.reading.meaning,
        text=heard if reason and heard and not doubtful else " ".join(best.tokens),
        confidence=round(confidence, 3),
        accepted=not reason,
        doubtful=doubtful,
        reason=reason,
        reply=reply_to(best.reading) if confidence >= least and not unclear else None,
    )
    return Explanation(meaning, tuple(ours), utterance.open, found)


def says_little(candidate: Candidate) -> bool:
    """Whether its sentence is so little that other talk sounds like it: bare details, above all."""
    return candidate.reading.match.template.confidence >= SO_LITTLE


def answers(best: Candidate, expecting: str | None) -> bool:
    """Whether its sentence is an answer to what was asked."""
    return expecting is not None and expecting in expects(best.reading.match.template)


def evidence(
    best: Candidate,
    ours: Sequence[Candidate],
    theirs: Sequence[Candidate],
    open_: Sequence[Hypothesis],
) -> dict[str, float]:
    """What speaks for and against a candidate, each about between -1 and 1."""
    ratio = best.hypothesis.score - (open_[0].score if open_ else best.hypothesis.score - 5.0)
    words = best.hypothesis.words
    seconds = max(0.5, words[-1].end - words[0].start) if words else 0.5
    alike = max(most_alike(best.hypothesis.text, [h.text for h in open_]), default=0.0)
    explained = [(other, 1.0 - unexplained_share(other.reading, other.tokens, other.audible)) for other in theirs]
    same = max((share for other, share in explained if other.reading.said == best.reading.said), default=0.0)
    intent = best.reading.meaning.intent
    kind = max((share for other, share in explained if other.reading.meaning.intent == intent), default=0.0)
    return {
        "constant": 1.0,
        "ratio": _within(ratio, -25.0, 15.0) / 10.0,
        "ratio per second": _within(ratio / seconds, -15.0, 8.0) / 10.0,
        "likeness": 3.0 * alike - 2.0,
        "unexplained": 3.0 * unexplained_share(best.reading, best.tokens, best.audible),
        "same meaning": same,
        "same intent": kind,
        "margin": _margin(_behind(ours)),
        "words": min(len(words), 8) / 4.0,
    }


def probability(found: dict[str, float]) -> float:
    """The logistic model's probability that the candidate is right."""
    return 1.0 / (1.0 + math.exp(-sum(WEIGHTS[name] * value for name, value in found.items())))


def _reason(best: Candidate, sure: bool, doubtful: Sequence[str]) -> str:
    """Why an utterance is not acted on; empty if it is. In doubt only for some values, it is "unsure of" them."""
    if is_decoy(best.reading):
        return "said to somebody else"
    if sure:
        return ""
    if doubtful:
        return "unsure of " + ", ".join(doubtful)
    return "not sure enough that it was meant for the logger"


def _needed(best: Candidate, expecting: str | None) -> float:
    """The least confidence at which a candidate is acted on; a block of sentences may ask for more."""
    if answers(best, expecting):
        return ACCEPT_ANSWER
    unexplained = unexplained_share(best.reading, best.tokens, best.audible)
    partly = math.inf if unexplained > MOSTLY else ACCEPT_PARTLY if unexplained > PARTLY else 0.0
    if expecting is not None:
        values = _aside_words(best, expecting)
        usual = ACCEPT_ONE_ASIDE if values == 1 else ACCEPT_FEW_ASIDE if values else ACCEPT_ASIDE
        return max(usual, partly)
    usual = ACCEPT_FEW.get(len(best.hypothesis.words), ACCEPT)
    return max(usual, partly, best.reading.match.template.confidence)


def _aside_words(best: Candidate, expecting: str | None) -> int:
    """How many words of values a word or two have that say something else than was asked for: a misheard answer?"""
    if expecting is None or answers(best, expecting) or len(best.hypothesis.words) > FEW:
        return 0
    captures = best.reading.match.captures
    if any(capture.slot == expecting for capture in captures):
        return 0
    return sum(capture.end - capture.start for capture in captures)


def _too_little(best: Candidate, found: dict[str, float], expecting: str | None) -> bool:
    """Whether a word or two are all there is, and not even these are sure to be what was said."""
    if len(best.hypothesis.words) > FEW:
        return False
    if _aside_words(best, expecting) == 1 and found["ratio"] < LIKELIER_ASIDE / 10.0:
        return True
    partly = not answers(best, expecting) and unexplained_share(best.reading, best.tokens, best.audible) > PARTLY
    return partly or found["ratio"] < -LIKELIER / 10.0


def _behind(ours: Sequence[Candidate], other_than: str | None = None) -> float:
    """How far behind the best the next is that says something else, or the next of an intent ``other_than`` this."""
    said = ours[0].reading.said
    others = (
        c.total
        for c in ours[1:]
        if (c.reading.said != said if other_than is None else c.reading.meaning.intent != other_than)
    )
    return ours[0].total - next(others, -math.inf)


def _margin(behind: float) -> float:
    return min(behind, 4.0) / 4.0


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
