"""How likely readings are right, and what is to be done with them: one probability, one table of costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from voicelog.core.meaning import Meaning
from voicelog.understand.free.linear import logistic
from voicelog.understand.free.reader import Read
from voicelog.understand.free.reading import NUMBERS, plain

FREE = (
    "constant", "addressed", "intent", "least tag", "mean tag", "unread", "events", "nothing", "doubtful", "control",
    "review", "short",
)  # fmt: skip
STRICT = ("constant", "unexplained", "whole", "addressed", "same intent", "same", "misused", "free")
ADDRESSED = ("constant", "words", "unexplained", "whole", "out of domain", "short")
"""The names of what is weighed: for a free reading, for the strict one beside it, and for whether they were for us."""
SHORT = 4
"""A sentence of fewer words tells little."""
WHOLE = 0.03
"""A strict reading that leaves less than this share of the words unexplained explains them all."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What each outcome costs the person, the loss of an event being 1: never wrong, seldom silent.

    ``wrong``: an entry with something in it that was not said. ``lost``: something said to the logger that leaves
    nothing. ``tone``: to be told that it was not understood, and to say it again. ``disturbed``: a tone or an answer to
    talk that was not for the logger. ``taken``: an entry made of it. ``unsure``: a number kept as unsure and asked
    about, against ``wrong_number`` where it is saved as sure and is not what was said.
    """

    wrong: float = 0.7
    lost: float = 1.0
    tone: float = 0.5
    disturbed: float = 0.5
    taken: float = 2.0
    unsure: float = 0.12
    wrong_number: float = 1.5

    def accepts(self, right: float, addressed: float) -> bool:
        """Whether acting on a reading costs less than all else, with these probabilities."""
        acted = addressed * (1.0 - right) * self.wrong + (1.0 - addressed) * self.taken
        return acted < min(self.told(addressed), addressed * self.lost)

    def told(self, addressed: float) -> float:
        """The cost of a tone."""
        return addressed * self.tone + (1.0 - addressed) * self.disturbed

    def doubts(self, likely: float) -> bool:
        """Whether a number that was so likely said is better kept as unsure."""
        return (1.0 - likely) * self.wrong_number > self.unsure


COSTS = Costs()


def addressed_evidence(unexplained: float, out_of_domain: bool, read: Read) -> dict[str, float]:
    """What speaks for and against the words' being meant for the logger, by name.

    ``unexplained`` is the share of the words that the best strict reading leaves unexplained, 1 without one;
    ``out_of_domain`` tells that it is one of those that people say to each other.
    """
    return {
        "constant": 1.0,
        "words": _log_odds(read.addressed),
        "unexplained": 0.0 if out_of_domain else unexplained,
        "whole": float(unexplained < WHOLE and not out_of_domain),
        "out of domain": max(0.0, 1.0 - 2.0 * unexplained) if out_of_domain else 0.0,
        "short": float(len(read.tokens) < SHORT),
    }


def free_evidence(read: Read) -> dict[str, float]:
    """What speaks for and against a free reading, by name."""
    first = read.events[0]
    intent = first.meaning.intent or ""
    return {
        "constant": 1.0,
        "addressed": _log_odds(read.addressed),
        "intent": _log_odds(read.intent_likely),
        "least tag": _log_odds(read.tags_likely),
        "mean tag": _log_odds(read.tags_mean),
        "unread": float(sum(event.unread for event in read.events)),
        "events": float(len(read.events) - 1),
        "nothing": float(not first.meaning.slots),
        "doubtful": float(bool(first.meaning.doubtful)),
        "control": float(not intent.startswith(("log_", "amend", "start", "end", "review"))),
        "review": float(intent.startswith("review")),
        "short": float(len(read.tokens) < SHORT),
    }


def strict_evidence(meaning: Meaning, unexplained: float, misused: bool, read: Read, free: float) -> dict[str, float]:
    """The same for the strict reading beside a free one that is right with the probability ``free``."""
    same = plain(meaning) == plain(read.events[0].meaning) and len(read.events) == 1
    return {
        "constant": 1.0,
        "unexplained": unexplained,
        "whole": float(unexplained < WHOLE),
        "addressed": _log_odds(read.addressed),
        "same intent": float(meaning.intent == read.events[0].meaning.intent),
        "same": float(same),
        "misused": float(misused),
        "free": _log_odds(free) if not same else 0.0,
    }


def probability(evidence: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability from 0 to 1 that nothing is wrong."""
    return logistic(sum(weights[name] * value for name, value in evidence.items()))


def doubted(likely: Mapping[str, float], meaning: Meaning, costs: Costs = COSTS) -> tuple[str, ...]:
    """The numbers of a reading that are better kept as unsure."""
    unsure = {name for name in NUMBERS if name in meaning.slots and costs.doubts(likely.get(name, 1.0))}
    return tuple(sorted({*meaning.doubtful, *unsure}))


def log(probability: float) -> float:
    """The natural logarithm of a probability, bounded below."""
    return math.log(max(1e-6, probability))


def _log_odds(probability: float) -> float:
    bounded = min(0.998, max(0.002, probability))
    return math.log(bounded / (1.0 - bounded))
