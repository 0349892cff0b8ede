"""Numbers and times as people say them: text2num and dateparser beside voicelog's own reading.

Needs ``pip install text2num dateparser``. Run from the source tree: ``python benchmarks/numbers_libraries.py``. Prints
each phrase with what each makes of it, how many each reads right, and how long it takes in terms of voicelog's time.

Seen with text2num 3.1.0 and dateparser 1.5.0, on phrases of the contract: text2num reads 5 of 20 numbers, in a tenth of
voicelog's time; dateparser 5 of 15 durations and 5 of 13 clock times, in ten times as long. It takes "two a m" for two
minutes ago.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from voicelog.understand.values.durations import durations_at
from voicelog.understand.values.number_words import english
from voicelog.understand.values.numbers import numbers_at
from voicelog.understand.values.times import clocks_at

NOW = datetime(2026, 3, 4, 12, 0)
WORDS = english()

NUMBERS: dict[str, float] = {
    "eight": 8, "twenty five": 25, "nought": 0, "six hundred and fifty": 650, "two thousand five hundred": 2500,
    "eight and a half": 8.5, "eight point five": 8.5, "point five": 0.5, "a half": 0.5, "half a": 0.5,
    "a quarter": 0.25, "three quarters": 0.75, "one and a half": 1.5, "a dozen": 12, "a couple of": 2,
    "a hundred": 100, "one oh five": 105, "two fifty": 250, "twelve fifty": 1250, "half a dozen": 6,
}  # fmt: skip
DURATIONS: dict[str, float] = {
    "thirty seconds": 30, "ten minutes": 600, "an hour": 3600, "an hour and ten minutes": 4200, "two days": 172800,
    "a minute and a half": 90, "one and a half minutes": 90, "half an hour": 1800, "two and a half hours": 9000,
    "a couple of minutes": 120, "a few minutes": 180, "two minutes thirty": 150, "three quarters of an hour": 2700,
    "ten or fifteen minutes": 900, "a minute or two": 120,
}  # fmt: skip
CLOCKS: dict[str, str] = {
    "two a m": "02:00", "2:30 pm": "14:30", "noon": "12:00", "midnight": "00:00", "half past three": "03:30",
    "quarter to four": "03:45", "ten past three": "03:10", "three thirty": "03:30", "fourteen thirty": "14:30",
    "three o'clock in the morning": "03:00", "ten at night": "22:00", "two in the afternoon": "14:00",
    "five to midnight": "23:55",
}  # fmt: skip

Reader = Callable[[str], Any]


def whole(read: Callable[[Sequence[str], int, Any], Any], shown: Callable[[Any], Any] = lambda value: value) -> Reader:
    """What voicelog reads, where it reads all the words."""

    def reader(phrase: str) -> Any:
        tokens = phrase.split()
        found = read(tokens, 0, WORDS)
        return shown(found[0].value) if found and found[0].end == len(tokens) else None

    return reader


def text2num(phrase: str) -> float | None:
    """The number that text2num makes of the whole phrase."""
    try:
        return float(import_module("text_to_num").alpha2digit(phrase, "en"))
    except ValueError:
        return None


def parsed(phrase: str) -> datetime | None:
    """The time that dateparser makes of the phrase."""
    settings = {"RELATIVE_BASE": NOW}
    found: datetime | None = import_module("dateparser").parse(phrase, languages=["en"], settings=settings)
    return found


def ago(phrase: str) -> float | None:
    found = parsed(f"{phrase} ago")
    return None if found is None else (NOW - found) / timedelta(seconds=1)


def time_of_day(phrase: str) -> str | None:
    found = parsed(phrase)
    return None if found is None else f"{found:%H:%M}"


def compare(kind: str, wanted: dict[str, Any], library: str, other: Reader, own: Reader) -> None:
    """Print both readings of every phrase, and how many are right and how long they take."""
    for reader in (other, own):
        reader("one")  # loads the tables
    took = {}
    right = {}
    read: dict[str, dict[str, Any]] = {}
    for name, reader in ((library, other), ("voicelog", own)):
        began = time.perf_counter()
        read[name] = {phrase: reader(phrase) for phrase in wanted}
        took[name] = time.perf_counter() - began
        right[name] = sum(read[name][phrase] == value for phrase, value in wanted.items())
    print(f"\n{kind}")
    for phrase, value in wanted.items():
        shown = "   ".join(
            f"{name} {read[name][phrase]} {'' if read[name][phrase] == value else '✗'}"
            for name in (library, "voicelog")
        )
        print(f"  {phrase:32} {shown}")
    print(f"  right: {library} {right[library]}/{len(wanted)}, voicelog {right['voicelog']}/{len(wanted)}")
    print(f"  time: {library} takes {took[library] / took['voicelog']:.1f} times as long as voicelog")


if __name__ == "__main__":
    compare("numbers", NUMBERS, "text2num", text2num, whole(numbers_at))
    compare("durations", DURATIONS, "dateparser", ago, whole(durations_at))
    compare("clock times", CLOCKS, "dateparser", time_of_day, whole(clocks_at, str))
