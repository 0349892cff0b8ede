"""From espeak-ng's IPA to ARPAbet."""

from __future__ import annotations

import re
from typing import Final

from voicelog.understand.lexicon.phones import Phones

# espeak-ng's inventories of en-us and the British voices (its phsource/ph_english*), onto cmudict's phones. A long or
# r-coloured vowel is several phones where cmudict writes several.
_ARPABET: Final[dict[str, str]] = {
    "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "f": "F", "v": "V", "θ": "TH", "ð": "DH",
    "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R",
    "j": "Y", "w": "W", "ʍ": "W", "x": "K", "ç": "HH", "ɬ": "L", "ɫ": "L", "ɾ": "T", "ʔ": "T", "tʃ": "CH", "dʒ": "JH",
    "ɲ": "N Y", "β": "V", "ɣ": "G",
    "n̩": "AH N", "l̩": "AH L", "m̩": "AH M", "əl": "AH L",
    "i": "IY", "iː": "IY", "ɪ": "IH", "ᵻ": "IH", "ɨ": "IH", "e": "EH", "ɛ": "EH", "ɛː": "EH R", "a": "AE", "æ": "AE",
    "ɑ": "AA", "ɑː": "AA", "aː": "AA", "ɒ": "AA", "ɔ": "AO", "ɔː": "AO", "ʊ": "UH", "u": "UW", "uː": "UW", "ʉ": "UW",
    "ʉː": "UW", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɜ": "ER", "ɜː": "ER", "ɚ": "ER", "ɝ": "ER", "ɝː": "ER", "o": "OW",
    "oː": "AO", "y": "UW", "yː": "UW", "ø": "ER", "øː": "ER", "œ": "ER",
    "eɪ": "EY", "aɪ": "AY", "ɔɪ": "OY", "ɔø": "OY", "aʊ": "AW", "oʊ": "OW", "əʊ": "OW",
    "ɪə": "IH R", "eə": "EH R", "ʊə": "UH R", "aɪə": "AY ER", "aɪɚ": "AY ER", "aʊə": "AW ER", "aʊɚ": "AW ER",
    "iə": "IY AH", "oːɹ": "AO R", "ɔːɹ": "AO R", "ɜːɹ": "ER R", "ɑ̃": "AA N", "ɔ̃": "AO N", "æ̃": "AE N",
}  # fmt: skip
_UNIT: Final = re.compile("|".join(sorted(map(re.escape, _ARPABET), key=len, reverse=True)))
_MARKS: Final = re.compile(r"[ˈˌ_\-\s\u200d\u0361ʰʲː̃]")
_STRESS: Final = re.compile(r"[ˈˌ_\-\u200d\u0361ʰʲ]")


def from_ipa(ipa: str) -> Phones:
    """ARPAbet phones, without stress, of a word in espeak-ng's IPA.

    Raises ``ValueError`` with the sign that has no ARPAbet phone (clicks, tones, a language switch in brackets).
    """
    phones: list[str] = []
    text = _STRESS.sub("", ipa).strip()
    at = 0
    while at < len(text):
        unit = _UNIT.match(text, at)
        if unit is not None:
            phones.extend(_ARPABET[unit[0]].split())
            at = unit.end()
        elif _MARKS.match(text[at]):
            at += 1
        else:
            raise ValueError(f"no English phone for “{text[at]}” in “{ipa}”")
    # "ɪə" already closes with the r that a following r would say again
    return tuple(phone for i, phone in enumerate(phones) if not (phone == "R" and i and phones[i - 1] == "R"))
