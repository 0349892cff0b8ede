"""The lexicon: how words sound, how alike they sound, and what the recogniser makes of words that it lacks."""

from voicelog.understand.lexicon.likeness import most_alike, readings, sounds_like
from voicelog.understand.lexicon.phones import (
    Phones,
    normalised_distance,
    phone_distance,
    phone_distances,
    substitution_cost,
)
from voicelog.understand.lexicon.pronunciation import pronounce, pronounce_many

__all__ = [
    "Phones",
    "most_alike",
    "normalised_distance",
    "phone_distance",
    "phone_distances",
    "pronounce",
    "pronounce_many",
    "readings",
    "sounds_like",
    "substitution_cost",
]
