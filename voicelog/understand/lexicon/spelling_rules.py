"""A rough pronunciation from the letters alone, for machines without espeak-ng.

Good enough to find likenesses of sound; about one phone in four differs from cmudict's.
"""

from __future__ import annotations

import re
from typing import Final

from voicelog.understand.lexicon.phones import VOWELS, Phones

# Longest first; what stands before and after a letter matters only where the pattern says so.
_RULES: Final[tuple[tuple[str, str], ...]] = (
    ("tion", "SH AH N"), ("sion", "ZH AH N"), ("ture", "CH ER"), ("ough", "AO"), ("augh", "AO"), ("eigh", "EY"),
    ("itte(?=s?$)", "IY T"), ("ette(?=s?$)", "EH T"), ("^lh", "L"),
    ("igh", "AY"), ("sch", "S K"), ("tch", "CH"), ("dge", "JH"), ("que(?=s?$)", "K"), ("ine(?=s?$)", "IY N"),
    ("ole(?=s?$)", "OW L"), ("ate(?=s?$)", "EY T"), ("ide(?=s?$)", "AY D"), ("ium(?=s?$)", "IY AH M"),
    ("ph", "F"), ("th", "TH"), ("sh", "SH"), ("ch", "CH"), ("ck", "K"), ("ng(?=s?$)", "NG"), ("gn(?=$)", "N"),
    ("^kn", "N"), ("^wr", "R"), ("^ps", "S"), ("^x", "Z"), ("wh", "W"), ("qu", "K W"), ("sc(?=[eiy])", "S"),
    ("ee", "IY"), ("ea", "IY"), ("oo", "UW"), ("ou", "AW"), ("ow(?=$)", "OW"), ("ow", "AW"), ("oa", "OW"),
    ("oi|oy", "OY"), ("ai|ay", "EY"), ("au|aw", "AO"), ("ei|ey", "EY"), ("eu|ew", "UW"), ("ie(?=$)", "IY"),
    ("er(?![aeiouy])|ir(?![aeiouy])|ur(?![aeiouy])", "ER"), ("ar(?![aeiouy])", "AA R"), ("or(?![aeiouy])", "AO R"),
    ("a(?=[bcdfgklmnpstvz]e(?:s|d)?$)", "EY"), ("i(?=[bcdfgklmnpstvz]e(?:s|d)?$)", "AY"),
    ("o(?=[bcdfgklmnpstvz]e(?:s|d)?$)", "OW"), ("u(?=[bcdfgklmnpstvz]e(?:s|d)?$)", "UW"),
    ("e(?=s?$)(?<=[bcdfghjklmnprstvwxz]e)", ""), ("a(?=$)", "AH"), ("o(?=$)", "OW"), ("y(?=$)", "IY"), ("i(?=$)", "IY"),
    ("c(?=[eiy])", "S"), ("g(?=[eiy])", "JH"), ("bb|b", "B"), ("cc|c", "K"), ("dd|d", "D"), ("ff|f", "F"),
    ("gg|g", "G"), ("h", "HH"), ("jj|j", "JH"), ("kk|k", "K"), ("ll|l", "L"), ("mm|m", "M"), ("nn|n", "N"),
    ("pp|p", "P"), ("q", "K"), ("rr|r", "R"), ("ss|s", "S"), ("tt|t", "T"), ("vv|v", "V"), ("ww|w", "W"), ("x", "K S"),
    ("^y", "Y"), ("zz|z", "Z"), ("a", "AE"), ("e", "EH"), ("i|y", "IH"), ("o", "AA"), ("u", "AH"),
    ("0", "Z IH R OW"), ("1", "W AH N"), ("2", "T UW"), ("3", "TH R IY"), ("4", "F AO R"), ("5", "F AY V"),
    ("6", "S IH K S"), ("7", "S EH V AH N"), ("8", "EY T"), ("9", "N AY N"),
)  # fmt: skip
_COMPILED: Final = tuple((re.compile(pattern), tuple(phones.split())) for pattern, phones in _RULES)


def from_letters(word: str) -> Phones:
    """Phones guessed from the spelling; signs that are no letter or digit are passed over."""
    phones: list[str] = []
    at = 0
    while at < len(word):
        for pattern, sound in _COMPILED:
            match = pattern.match(word, at)
            if match is not None and match.end() > at:
                phones.extend(sound)
                at = match.end()
                break
        else:
            at += 1
    return tuple(phones)


_LONG: Final = {"AE": "EY", "EH": "IY", "IH": "AY", "AA": "OW", "AH": "UW"}
_OPEN_FIRST_SYLLABLE: Final = re.compile(r"[^aeiouy]*[aeiouy](?:[bcdfgklmnpstvz](?=[aeiouy])|[bcdgkpt]r)")


def with_long_first_vowel(word: str) -> Phones:
    """:func:`from_letters` with a long vowel in an open first syllable ("ti·zanidine"); empty where that is closed."""
    if not _OPEN_FIRST_SYLLABLE.match(word):
        return ()
    phones = list(from_letters(word))
    for i, phone in enumerate(phones):
        if phone in VOWELS:
            if phone not in _LONG:
                return ()
            phones[i] = _LONG[phone]
            return tuple(phones)
    return ()
