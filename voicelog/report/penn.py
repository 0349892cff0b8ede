"""The frequency part of the Penn Spasm Frequency Scale, derived from the log.

Penn RD, Savoy SM, Corcos D, et al. Intrathecal baclofen for severe spinal spasticity. N Engl J Med 1989;320:1517-21;
wording of the scale as in the NINDS Common Data Elements: 0 no spasm; 1 mild spasms induced by stimulation; 2
infrequent full spasms occurring less than once per hour; 3 spasms occurring more than once per hour; 4 spasms
occurring more than ten times per hour.

The scale is a question to the patient and sets no time frame. Derived from the log, its rule is :data:`RULE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from voicelog.report.days import Day

HOURS = 24
SCORES = {
    0: "no spasm",
    1: "mild spasms induced by stimulation",
    2: "infrequent full spasms, less than once per hour",
    3: "spasms more than once per hour",
    4: "spasms more than ten times per hour",
}
RULE = (
    "Each day with an entry, or said to be free of spasms, is scored by its spasms over 24 hours: 0 none; 1 all of "
    "them mild (said to be mild, or rated 3 or less) and each set off by a stimulus that was named (movement, touch, "
    "cold, a transfer …); 2 up to 24; 3 more than 24, on average more than one an hour; 4 more than 240. The period's "
    "score is the median of its days, the higher of the two middle ones. Spasms that were not logged are not counted, "
    "so it may be too low."
)


@dataclass(frozen=True, slots=True)
class Penn:
    """The score of a period, None where no day has an entry, and how many days had each score."""

    score: int | None
    days: tuple[int, int, int, int, int]


def day_score(day: Day) -> int | None:
    """The score of one day, 0 to 4; None for a day without any entry, of which nothing is known."""
    if not day.logged:
        return None
    if not day.spasms:
        return 0
    if day.spasms > 10 * HOURS:
        return 4
    if day.spasms > HOURS:
        return 3
    return 1 if day.mild_induced == day.spasms else 2


def penn(days: Iterable[Day]) -> Penn:
    """The median of the days' scores, as :data:`RULE` says."""
    scores = Counter(score for day in days if (score := day_score(day)) is not None)
    total = scores.total()
    below, median = 0, None
    for score in sorted(scores):
        below += scores[score]
        if median is None and below > total // 2:
            median = score
    return Penn(median, (scores[0], scores[1], scores[2], scores[3], scores[4]))
