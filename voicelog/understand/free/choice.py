"""The choice between the strict reading of words and the free one."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from voicelog.core.meaning import Meaning
from voicelog.understand.free import judgement as j
from voicelog.understand.free.reader import Read
from voicelog.understand.free.reading import plain
from voicelog.understand.rank.assemble import Reading
from voicelog.understand.rank.readings import is_decoy

SURELY = 0.8
"""A role this likely is taken as certain where it speaks against the strict reading's use of the words …"""
IN_FULL = 0.95
"""How likely a strict reading is right, at least, that explains every word and misuses none: it was written so.

… a role must be this likely to speak against one that explains them all.
"""
ROLE_OF = {
    "severity": "severity", "severity_over": "severity", "severity_under": "severity", "severity_least": "severity",
    "severity_most": "severity", "not_severity": "severity", "intensity": "intensity", "locations": "location",
    "without": "location", "side": "location", "type": "type", "sensations": "sensation", "triggers": "trigger",
    "context": "context", "duration_s": "duration", "ago_s": "ago", "at": "at", "day": "at", "medication": "medication",
    "missed": "medication", "dose": "dose", "unit": "dose", "treatment": "treatment", "symptom": "symptom",
    "period": "period", "than": "period", "rating_of": "rating_of",
}  # fmt: skip
"""The role of a slot's or aside's words in the sentence files."""
TOLD_APART = ("severity", "location", "duration")
"""Roles whose words a strict reading misuses where they are surely of another: the mistakes that matter most."""
NAMED_BY = {"log_symptom": "symptom", "log_medication": "medication", "log_rating": "rating_of"}
"""What such an entry must have at least, read freely."""
DENIABLE = ("log_spasm", "log_medication", "log_symptom", "log_treatment", "start_spasm")
"""What a word of denial may turn into its opposite: a strict reading that leaves it out misuses the rest."""
DENIED = 0.4
"""A word as likely as this one of denial is taken for it: what is left out of an entry is its opposite."""
EXPLAINED = 0.03
"""A strict reading that costs no more than this explains every word."""
OTHERS_TALK = 0.025
"""Words less likely meant for the logger than this are not, though a sentence of the files explains them all."""
Weights = Mapping[str, Mapping[str, float]]


def misuses(strict: Reading, read: Read) -> bool:
    """Whether the strict reading takes for a number or a place what surely is none ("the leg one", "an hour back").

    Or whether it leaves one of several places unexplained.
    """
    bar = IN_FULL if strict.cost <= EXPLAINED else SURELY
    sure = [(a, b, role) for a, b, role, likely in read.roles if likely >= bar]
    for capture in strict.match.captures:
        role = ROLE_OF.get(capture.slot)
        if role not in TOLD_APART or capture.end <= capture.start:
            continue
        for start, end, other in sure:
            rates = role == "severity" and other == "dose"
            if other != role and not rates and start <= capture.start and capture.end <= end:
                return True
    return _leaves_out_place(strict, sure)


def _leaves_out_place(strict: Reading, sure: Sequence[tuple[int, int, str]]) -> bool:
    """Whether a place or a side that surely is one is left unexplained beside another: "left arm, sorry, right"."""
    used = {i for capture in strict.match.captures for i in range(capture.start, capture.end)}
    explained = strict.cost <= EXPLAINED
    return not explained and "locations" in strict.meaning.slots and any(
        role == "location" and used.isdisjoint(range(start, end)) for start, end, role in sure
    )


def leaves_out_denial(strict: Reading, read: Read, corrections: Container[tuple[str, ...]]) -> bool:
    """Whether the strict reading leaves out a word of denial, and so says the opposite of what was said.

    One of the ``corrections`` after a value takes back what came before, and denies nothing.
    """
    if strict.meaning.intent not in DENIABLE:
        return False
    first = min((capture.start for capture in strict.match.captures), default=len(read.tokens))
    used = {i for capture in strict.match.captures for i in range(capture.start, capture.end)}
    return any(
        (role == "negation" or (role == "count" and read.tokens[a:b] in corrections))
        and likely >= DENIED
        and not used.intersection(range(a, b))
        and (a < first or read.tokens[a:b] not in corrections)
        for a, b, role, likely in read.roles
    )


def _names_nothing(meaning: Meaning) -> bool:
    """Whether it would be a symptom or a medication, and which was not understood."""
    named_by = NAMED_BY.get(meaning.intent or "")
    return named_by is not None and named_by not in meaning.slots and "taken" not in meaning.slots


def _holds_more(strict: Meaning, free: list[Meaning]) -> bool:
    """Whether the strict meaning is the free one with something more: the thursday of "how many on thursday"."""
    first = free[0]
    same = len(free) == 1 and strict.intent == first.intent and first.slots.keys() <= strict.slots.keys()
    return same and all(strict.slots[name] == value for name, value in first.slots.items())


def _doubted(strict: Meaning, read: Read) -> Meaning:
    """The strict meaning with the numbers in doubt that the free reading has too, and doubts."""
    event = read.events[0]
    same = {name for name, value in event.meaning.slots.items() if strict.slots.get(name) == value}
    unsure = {name for name in j.doubted(event.likely, event.meaning) if name in same}
    return replace(strict, doubtful=tuple(sorted({*strict.doubtful, *unsure})))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was said, event by event, with its confidence; no event if nothing is to be acted on.

    ``addressed`` is the probability from 0 to 1 that the words were meant for the logger.
    """

    events: tuple[Meaning, ...]
    addressed: float


def choose(
    strict: Reading | None,
    unexplained: float,
    read: Read,
    weights: Weights,
    intents: Container[str],
    corrections: Container[tuple[str, ...]] = (),
) -> Choice:
    """The reading that is likelier right, if acting on it costs less than all else.

    ``unexplained`` is the share of the words that the strict reading leaves unexplained, 0 to 1; ``intents`` are those
    that something is done for.
    """
    other = strict is not None and is_decoy(strict)
    addressed = j.probability(j.addressed_evidence(unexplained, other, read), weights["addressed"])
    free = j.probability(j.free_evidence(read), weights["free"])
    meanings = [
        replace(event.meaning, doubtful=j.doubted(event.likely, event.meaning), confidence=free)
        for event in read.events
    ]
    best, likely, in_full = meanings, free, False
    # Which entry was named, or that it was as the one before, no sentence of the files tells.
    named = len(meanings) == 1 and (meanings[0].of is not None or "again" in meanings[0].asides)
    if strict is not None and not other and not named and not leaves_out_denial(strict, read, corrections):
        evidence = j.strict_evidence(strict.meaning, unexplained, misuses(strict, read), read, free)
        sure = j.probability(evidence, weights["strict"])
        in_full = bool(evidence["whole"]) and not evidence["misused"]
        if in_full:
            sure = max(sure, IN_FULL)
            addressed = max(addressed, IN_FULL if read.addressed >= OTHERS_TALK else 0.0)
        same = plain(strict.meaning) == plain(meanings[0]) and len(meanings) == 1
        if same or (not evidence["misused"] and _holds_more(strict.meaning, meanings)):
            best, likely = [_doubted(strict.meaning, read)], max(sure, free)
        elif in_full or sure >= free:
            best, likely = [_doubted(strict.meaning, read)], sure
    empty = best is meanings and (read.events[0].denied or any(_names_nothing(meaning) for meaning in best))
    handled = all(meaning.intent in intents for meaning in best) and not empty
    unclear = read.events[0].unclear and not in_full
    if not handled or unclear or not j.COSTS.accepts(likely, addressed):
        return Choice((), addressed)
    return Choice(tuple(replace(meaning, confidence=likely) for meaning in best), addressed)
