"""Change against the period before, and whether it matters.

Farrar JT, Troxel AB, Stott C, Duncombe P, Jensen MP. Validity, reliability, and clinical importance of change in a 0-10
numeric rating scale measure of spasticity. Clin Ther 2008;30:974-85: a change of 18 % of the value before is the
minimal clinically important difference, one of 30 % is clinically important. The study measured improvement in
multiple sclerosis, by each patient's own rating of the last day's spasticity; here the daily mean of the severities
of single spasms stands for that, and the same thresholds mark a worsening.
"""

from __future__ import annotations

from dataclasses import dataclass

MINIMAL = 0.18
IMPORTANT = 0.30
_ROUNDING = 1e-9
SOURCE = (
    "A change of the daily mean severity by 18 % is marked as minimal, one by 30 % as clinically important "
    "(Farrar et al., Clin Ther 2008;30:974-85, for a patient's own 0-10 rating of spasticity in multiple sclerosis)."
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and now, in the same unit."""

    before: float
    now: float

    @property
    def relative(self) -> float | None:
        """The change as a share of what was before: 0.25 is a quarter more; None where nothing was before."""
        return (self.now - self.before) / self.before if self.before else None

    @property
    def importance(self) -> str:
        """``important`` from 30 %, ``minimal`` from 18 %, else empty; only for a spasticity rating."""
        share = abs(self.relative or 0) + _ROUNDING
        return "important" if share >= IMPORTANT else "minimal" if share >= MINIMAL else ""


def difference(before: float | None, now: float | None) -> Difference | None:
    """None where one of the two is not known."""
    return None if before is None or now is None else Difference(before, now)
