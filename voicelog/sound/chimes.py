"""Short sounds that tell, without a word, what the logger did."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from voicelog.sound.clip import Sound

RATE = 44100
LEVEL = 0.22
"""Peak of a chime at full volume: well under speech, for a room at night."""

NOTE_GAP_S = 0.08
DECAY_S = 0.06

_C4, _E4, _G4, _A4, _C5, _D5, _E5, _G5, _A5, _C6 = (
    261.63, 329.63, 392.0, 440.0, 523.25, 587.33, 659.26, 783.99, 880.0, 1046.5,
)  # fmt: skip

CHIMES: dict[str, tuple[float, ...]] = {
    "saved": (_E5, _A5),
    "changed": (_A5, _A5),
    "removed": (_A5, _D5),
    "question": (_D5, _E5, _G5),
    "problem": (_C4, _C4, _C4),
    "unclear": (_A4, _E4),
    "asleep": (_G5, _E5, _C5),
    "awake": (_C5, _G5, _C6),
}
"""The notes of every chime in hertz, one after the other. Rising is good news, falling is taking away."""


@lru_cache(maxsize=len(CHIMES))
def chime(name: str) -> Sound:
    """The chime of that name; it sounds from its first sample on. ``KeyError`` for a name that there is not."""
    notes = CHIMES[name]
    gap = int(NOTE_GAP_S * RATE)
    ring = int(4 * DECAY_S * RATE)
    out = np.zeros(gap * (len(notes) - 1) + ring, np.float64)
    t = np.arange(ring) / RATE
    attack = np.minimum(1.0, t / 0.004)
    for i, hertz in enumerate(notes):
        tone = np.sin(2 * np.pi * hertz * t) + 0.25 * np.sin(4 * np.pi * hertz * t) * np.exp(-t / 0.04)
        out[i * gap : i * gap + ring] += tone * attack * np.exp(-t / DECAY_S)
    out[-gap:] *= np.linspace(1.0, 0.0, gap)
    return Sound((out * (LEVEL / np.abs(out).max())).astype(np.float32), RATE)
