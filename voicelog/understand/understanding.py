"""From utterances to meanings: the one door to this room."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Again, Hushed, LessNoise, OneVoice, Utterance
from voicelog.sound.word_levels import Loudness, audibility, unheard_s
from voicelog.understand.free.fitted import Fitted, load_fitted
from voicelog.understand.free.understanding import FreeChoice
from voicelog.understand.grammar.grammar import Grammar, load_grammar
from voicelog.understand.lexicon.by_voice import is_spelling
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.match.tokens import tokens_of
from voicelog.understand.rank.acceptance import FEW, Talk, answers, judge, says_little
from voicelog.understand.rank.assemble import Reading, meaning_key
from voicelog.understand.rank.candidates import Candidate, candidates, combined
from voicelog.understand.rank.explanation import Explanation
from voicelog.understand.rank.long_text import of_long_text
from voicelog.understand.rank.readings import Reader, is_decoy, reply_to, unexplained_share
from voicelog.understand.spelling import SPELLING, spaced, spelled
from voicelog.understand.values.doses import Doses

TYPED_COST = 1.2
"""The most that a typed sentence may leave unexplained, in words …"""
TYPED_SHARE = 0.3
"""… and as a share of its length."""
MOST_WORDS = 120
"""Words of a typed line that are read; of what is longer only a text in free words can make sense."""
DOUBT = (0.05, 0.95)
"""Between these a meaning's confidence is worth a second look; above too, if its sentence says little."""
FOREGROUND_BRIEF, FOREGROUND_BESIDE, FOREGROUND_FIRST, SEPARATED_FIRST = 0.3, 0.6, 2.0, 4.0
"""What an utterance's foreground counts where all its sound counts 1: most where another's voice was separated from it,
less if all that was heard makes sense …"""
SEPARATED_BESIDE = 2.0
"""The same where no other's voice was found: noise was taken away, or talk under the words."""
EXPLAINED_COST = 0.05
"""… and leaves at most this unexplained: words of somebody else hardly ever do."""
NEARLY_EXPLAINED, AUDIBLE = 0.25, 0.15
"""… or, where no word is as faint as another's, this much: all words then count alike."""
BRIEF_S, SOFT_DB, LONGER_S = 0.35, -8.0, 0.1
"""Softer talk shorter than the first may be the end of one's own sentence, and may be longer by the third for each
decibel that it is above the second …"""
SURE = 0.9
"""… or, where it was told apart by more than level, if the first look was at least this sure of all that it heard …"""
ANOTHERS_BEFORE_S, ANOTHERS_DB = 0.2, -11.0
"""… and is another's if it began this long before, or if it is longer and all of it so far below."""
AS_LIKELY = 6.0
"""Hypotheses of one meaning this close (natural logarithms) to the best may be what was said …"""
NEEDLESS_WORD, UNEXPLAINED = 0.4, 100.0
"""… each word more, and each that is left unexplained, making that less likely (``benchmarks/wyoming_clips.py``)."""
UNHEARD_S = 0.15
"""An answer beside which something else sounds for so long is not whole: it may be "eight and a half"; nor are a
word or two of anything else …"""
GOES_ON = 3.0
"""… nor is an answer where a hypothesis that goes on is this close (natural logarithms): "eight and" …"""
ANSWER_BEHIND = 1.5
"""… and an answer that only a second look finds, farther behind in the first than this, is in doubt."""
DICTATION = "dictation"
"""Where this is expected, any words may come: their text is what the open vocabulary heard."""
SecondLook = Callable[[Utterance, bool], Again | None]
"""Hears an utterance once more, told whether the first look left doubt; None if there is no need."""
NO_FORMS = SpokenForms()


@dataclass(frozen=True, slots=True)
class _Look:
    """The candidates of both recognisers, their words weighed by this loudness."""

    ours: list[Candidate]
    theirs: list[Candidate]
    loudness: Loudness | None


class Understanding:
    """Understands utterances by a grammar; ``forms`` are the spoken forms of words that the recogniser lacks."""

    def __init__(self, grammar: Grammar, forms: SpokenForms = NO_FORMS, fitted: Fitted | None = None) -> None:
        self.grammar = grammar
        self.forms = forms
        self._reader = Reader(grammar)
        self._doses = Doses.of(grammar)
        self._free = FreeChoice.of(grammar, fitted, self._reader) if fitted is not None and grammar.roles else None

    @classmethod
    def from_folder(cls, folder: Path, extra: tuple[Path, ...] = (), forms: SpokenForms = NO_FORMS) -> Understanding:
        """The understanding of the sentence files in ``folder``; raises :class:`GrammarError`."""
        return cls(load_grammar(folder, extra), forms, load_fitted(folder))

    def of_text(self, text: str, expecting: str | None = None) -> Meaning:
        """The meaning of typed text."""
        return self._doses.settled(self._of_text(text, expecting))

    def _of_text(self, text: str, expecting: str | None) -> Meaning:
        tokens = tokens_of(text)
        if not tokens:
            return Meaning(text="", reason="nothing was said")
        if len(tokens) > MOST_WORDS:
            return of_long_text(tokens, self._of_tokens(tokens[:MOST_WORDS], expecting), MOST_WORDS)
        as_typed = self._of_tokens(tokens, expecting)
        mended = self._reader.mend_typing(tokens) if not as_typed.accepted else tokens
        meaning = self._of_tokens(mended, expecting) if mended != tokens else as_typed
        strict = meaning if meaning.accepted else as_typed
        if self._free is None or expecting in (DICTATION, SPELLING):
            return strict
        return self._free.of_text(strict, mended if meaning.accepted else tokens, expecting)

    def of_utterance(
        self, utterance: Utterance, expecting: str | None = None, second_look: SecondLook | None = None
    ) -> Meaning:
        """The meaning of what the recognisers heard, or of typed text."""
        return self.explain(utterance, expecting, second_look).meaning

    def words_of(self, utterance: Utterance, meaning: Meaning) -> str:
        """The words that an accepted utterance was understood as: the likeliest of those that mean just this.

        They differ from the likeliest by sound in words that mean nothing ("a back is spasming", "the next one").
        """
        best, most = meaning.text, -math.inf
        for hypothesis in utterance.grammar:
            if hypothesis.score < utterance.grammar[0].score - AS_LIKELY:
                break
            tokens = tuple(self.forms.collapse([word.text for word in hypothesis.words]))
            costs = [r.cost for r in self._reader.read(tokens) if meaning_key(r.meaning) == meaning_key(meaning)]
            likely = hypothesis.score - NEEDLESS_WORD * len(tokens) - UNEXPLAINED * min(costs, default=math.inf)
            if likely > most:
                best, most = " ".join(tokens), likely
        return best

    def explain(
        self, utterance: Utterance, expecting: str | None = None, second_look: SecondLook | None = None
    ) -> Explanation:
        """The meaning of an utterance with all that led to it.

        ``second_look`` gives the hypotheses of the same sound once more, made clearer.
        """
        if utterance.typed is not None:
            typed = self.of_text(utterance.typed, expecting)
            if expecting == SPELLING and not typed.accepted and is_spelling(utterance.typed):
                typed = replace(typed, text=spaced(utterance.typed))
            return Explanation(typed)
        others: list[OneVoice] = []
        explanation = self._of_sound(utterance, expecting, second_look, others)
        if self._free is not None and expecting not in (DICTATION, SPELLING) and not others:
            explanation = self._free.of_sound(explanation, utterance, self.forms, expecting)
        if expecting in (DICTATION, SPELLING) and utterance.open:
            letters = spelled(utterance.grammar, utterance.open) if expecting == SPELLING else None
            return replace(explanation, meaning=replace(explanation.meaning, text=letters or utterance.open[0].text))
        return replace(explanation, meaning=self._doses.settled(explanation.meaning))

    def _of_sound(
        self, utterance: Utterance, expecting: str | None, second_look: SecondLook | None, others: list[OneVoice]
    ) -> Explanation:
        """The strict reading of sound; where somebody else was heard too, ``others`` gets the second look.

        All words may be another's then, and only sentences of the files are told from them.
        """
        heard = utterance.samples if expecting is None else None  # an answer is short: soft words in it are its own
        first = self._look(utterance, expecting, Loudness.of(heard) if heard is not None else None)
        explanation = self._judged(utterance, first.ours, first.theirs, expecting)
        sure = 1.0 if first.ours and says_little(first.ours[0]) else DOUBT[1]
        doubtful = bool(first.ours) and DOUBT[0] < explanation.meaning.confidence < sure
        match second_look(utterance, doubtful) if second_look is not None else None:
            case None:
                return explanation
            case LessNoise() as again:
                settled = self._less_noisy(utterance, again, first, expecting)
                if not again.alone or first.loudness is None:
                    return settled
                # Then soft words are the person's own too, or else no words but breath.
                every = self._less_noisy(utterance, again, self._look(utterance, expecting, None), expecting)
                return max(settled, every, key=lambda explanation: explanation.meaning.confidence)
            case OneVoice() as again:
                others.append(again)
                return self._one_voice(utterance, again, first, expecting, sure=_is_sure(explanation.meaning))

    def _look(self, utterance: Utterance, expecting: str | None, loudness: Loudness | None) -> _Look:
        ours = candidates(utterance.grammar, self._reader, self.forms, expecting, loudness)
        return _Look(ours, candidates(utterance.open, self._reader, self.forms, expecting, loudness), loudness)

    def _less_noisy(self, utterance: Utterance, again: LessNoise, first: _Look, expecting: str | None) -> Explanation:
        """Judged by both looks alike."""
        clearer = candidates(again.grammar, self._reader, self.forms, expecting, first.loudness)
        return self._judged(utterance, combined(first.ours, clearer), first.theirs, expecting, first=first.ours)

    def _one_voice(
        self, utterance: Utterance, again: OneVoice, first: _Look, expecting: str | None, *, sure: bool
    ) -> Explanation:
        """Judged by the second look above all, or by both where what was put to silence may be one's own ending."""
        alone = _of_one_voice(utterance, again) if expecting is None else None
        separated = candidates(again.grammar, self._reader, self.forms, expecting, alone)
        by_level = candidates(again.by_level, self._reader, self.forms, expecting, alone)
        clearer = combined(separated, by_level)
        if again.hushed is not None and _may_be_ones_own(again.hushed, again, sure=sure):
            own = self._all_ones_own(utterance, first, expecting)
            if own is not None:
                weight = FOREGROUND_BRIEF if again.hushed.seconds < _brief_s(again.hushed) else FOREGROUND_BESIDE
                return self._judged(utterance, combined(own.ours, clearer, weight), own.theirs, expecting)
        weight = SEPARATED_BESIDE if again.hushed is None else SEPARATED_FIRST if again.told_apart else FOREGROUND_FIRST
        free = again.wait_for_open()
        theirs = candidates(free, self._reader, self.forms, expecting, alone)
        heard = replace(utterance, grammar=again.grammar, open=free)
        every = combined(clearer, first.ours, 1.0 / weight)
        twice = all(look and look[0].reading.key == every[0].reading.key for look in (separated, by_level))
        return self._judged(heard, every, theirs, expecting, _talk(again), twice=twice, first=first.ours)

    def _judged(
        self,
        utterance: Utterance,
        ours: list[Candidate],
        theirs: list[Candidate],
        expecting: str | None,
        talk: Talk | None = None,
        *,
        twice: bool = False,
        first: Sequence[Candidate] = (),
    ) -> Explanation:
        """Judged; ``first`` are the candidates of the first look, where this is the second."""
        whole = not ours or talk is not None or _is_all(ours[0], utterance.samples, expecting)
        if whole and ours and answers(ours[0], expecting):
            whole = self._is_whole_answer(utterance, ours[0], str(expecting)) and _was_near(ours[0], first)
        return judge(utterance, ours, theirs, expecting, whole=whole, talk=talk, twice=twice)

    def _is_whole_answer(self, utterance: Utterance, best: Candidate, expecting: str) -> bool:
        """Whether nothing was said that may belong to the answer's value, and is not in it."""
        if not self._reader.is_whole_answer(best.reading, best.tokens, best.audible, expecting):
            return False
        words = best.hypothesis.text.split()
        for other in utterance.grammar:
            longer = other.text.split()
            goes_on = len(longer) > len(words) and longer[: len(words)] == words
            if goes_on and other.score >= best.hypothesis.score - GOES_ON and self._reader.goes_on(longer, expecting):
                return False
        return True

    def _all_ones_own(self, utterance: Utterance, first: _Look, expecting: str | None) -> _Look | None:
        """The first look, where all that was heard in it makes sense to the last word; else None."""
        alike = self._look(utterance, expecting, None)
        if alike.ours and _none_is_faint(alike.ours[0], first.loudness):
            return alike
        if not first.ours:
            return None
        readings = self._reader.read(first.ours[0].tokens, expecting)
        sense = bool(readings) and readings[0].key == first.ours[0].reading.key and readings[0].cost <= EXPLAINED_COST
        return first if sense else None

    def _of_tokens(self, tokens: tuple[str, ...], expecting: str | None) -> Meaning:
        heard = " ".join(tokens)
        readings = self._reader.read(tokens, expecting)
        if not readings:
            return Meaning(text=heard, reason="no sentence of the grammar is like it")
        best = readings[0]
        share = unexplained_share(best, tokens)
        reason = _typed_reason(best, share)
        return replace(
            best.meaning,
            text=heard,
            confidence=round(1.0 - share, 3),
            accepted=not reason,
            doubtful=() if reason else best.meaning.doubtful,
            reason=reason,
            reply=reply_to(best) if best.cost <= TYPED_COST and share <= TYPED_SHARE else None,
        )


def _of_one_voice(utterance: Utterance, again: OneVoice) -> Loudness | None:
    """How loud each word is in the separated voice; None without one."""
    if again.nearest is None:
        return None
    if again.hushed is None:
        return Loudness.under_talk(utterance.samples, again.nearest)
    return Loudness.of_separated(again.nearest)


def _talk(again: OneVoice) -> Talk | None:
    """Where somebody else talked."""
    if again.hushed is not None and again.hushed.voiced:
        return "in the pauses"
    return "under the words" if again.by_level else None


def _may_be_ones_own(hushed: Hushed, again: OneVoice, *, sure: bool) -> bool:
    """Whether the softer talk may be the end of the person's own sentence; ``sure`` that the first look was."""
    if again.told_apart and hushed.voiced:
        return sure and hushed.seconds < BRIEF_S and not hushed.before_s
    return hushed.before_s < ANOTHERS_BEFORE_S and (hushed.seconds < BRIEF_S or hushed.peak_db > ANOTHERS_DB)


def _is_all(best: Candidate, samples: Any, expecting: str | None) -> bool:
    """Whether an answer, or the few words of anything else, are all that was said."""
    words = best.hypothesis.words
    if samples is None or (len(words) > FEW and not answers(best, expecting)):
        return True
    return unheard_s(words, samples) < UNHEARD_S


def _was_near(best: Candidate, first: Sequence[Candidate]) -> bool:
    """Whether the first look, if there were two, had the same meaning near its best."""
    near = (c for c in first if c.total >= first[0].total - ANSWER_BEHIND)
    return not first or any(c.reading.key == best.reading.key for c in near)


def _is_sure(meaning: Meaning) -> bool:
    return meaning.accepted and not meaning.doubtful and meaning.confidence >= SURE


def _brief_s(hushed: Hushed) -> float:
    return BRIEF_S + LONGER_S * max(0.0, hushed.peak_db - SOFT_DB)


def _none_is_faint(candidate: Candidate, loudness: Loudness | None) -> bool:
    """Whether a candidate's words, all of them counted alike, make sense and none is as faint as another's."""
    if candidate.reading.cost > NEARLY_EXPLAINED:
        return False
    return loudness is None or min(audibility(candidate.hypothesis.words, loudness)) >= AUDIBLE


def _typed_reason(reading: Reading, share: float) -> str:
    if is_decoy(reading):
        return "said to somebody else"
    if reading.cost > TYPED_COST or share > TYPED_SHARE:
        return f"{100 * share:.0f} % of the words are not explained"
    return ""
