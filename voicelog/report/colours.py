"""The colours of severity: cividis, made for the colour-blind; light for 0, dark for 10, so that grey print works too.

Nuñez JR, Anderton CR, Renslow RS. Optimizing colormaps with consideration for color vision deficiency to enable
accurate interpretation of scientific data. PLoS One 2018;13:e0199239.
"""

from __future__ import annotations

RAMP = (
    "#ffea46",
    "#e7d259",
    "#caba69",
    "#afa472",
    "#959077",
    "#7d7c76",
    "#666971",
    "#4e566c",
    "#2e446c",
    "#00316c",
    "#00204d",
)
"""One colour for each whole severity, 0 to 10."""
UNRATED = "#e3c9e6"
"""For spasms of which no severity was said; a hue that the ramp does not have."""
BANDS = (("0–3", 0.0, 3.5, RAMP[1]), ("4–6", 3.5, 6.5, RAMP[5]), ("7–10", 6.5, 10.5, RAMP[9]))
"""Mild, moderate, severe: the name, from (inclusive), to (exclusive), the colour."""


def colour(severity: float | None) -> str:
    """The colour of a severity, 0 to 10."""
    return UNRATED if severity is None else RAMP[min(10, max(0, round(severity)))]


def text_on(severity: int) -> str:
    """Black or white, whichever reads better on the colour of a severity."""
    return "#000" if severity < 6 else "#fff"
