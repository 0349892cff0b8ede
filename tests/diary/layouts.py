"""Files as other trackers and spreadsheets write them, made up together with what they are to mean.

Each file is written from rows whose meaning is known; nothing of the reader is used for that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

FROM = date(2023, 1, 1)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
PREAMBLES = ("", "sep", "title", "table")


@dataclass(frozen=True)
class Meaning:
    """What a row says, in the diary's units."""

    day: date
    clock: time | None
    severity: float | None
    seconds: float | None
    place: str | None
    medication: str | None
    dose: float | None
    unit: str | None
    note: str


@dataclass(frozen=True)
class Layout:
    """A file, the mapping that a person would give, and what each line means."""

    name: str
    data: bytes
    mapping: dict[str, str]
    rows: dict[int, Meaning]


def _twelve(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


DATES: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "dmy slash": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "mdy slash": lambda d: f"{d.month}/{d.day}/{d.year}",
    "mdy short": lambda d: f"{d.month}/{d.day}/{d.year % 100:02}",
    "dmy point": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "dmy short": lambda d: f"{d.day}.{d.month}.{d.year % 100:02}",
    "ymd slash": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    "dmy dash": lambda d: f"{d.day}-{d.month}-{d.year}",
    "name": lambda d: f"{d.day} {d:%B} {d.year}",
    "short name": lambda d: f"{d.day:02}-{d:%b}-{d.year}",
    "american": lambda d: f"{d:%B} {d.day}, {d.year}",
    "weekday": lambda d: f"{d:%A}, {d:%B} {d.day}, {d.year}",
    "weekday numbers": lambda d: f"{d:%a} {d.day:02}/{d.month:02}/{d.year}",
    "ordinal": lambda d: f"{_ordinal(d.day)} {d:%b} {d.year}",
    "digits": lambda d: f"{d:%Y%m%d}",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
}
CLOCKS: dict[str, Callable[[time], str]] = {
    "24": lambda t: f"{t:%H:%M}",
    "seconds": lambda t: f"{t:%H:%M:%S}",
    "12": _twelve,
    "12 close": lambda t: _twelve(t).replace(" ", "").lower(),
    "12 narrow": lambda t: _twelve(t).replace(" ", "\u202f"),
    "points": lambda t: f"{t:%H.%M}",
}
_UTC = datetime(1970, 1, 1)
STAMPS: dict[str, Callable[[datetime], str]] = {
    "milliseconds": lambda t: str((t - _UTC) // timedelta(milliseconds=1)),
    "unix": lambda t: str((t - _UTC) // timedelta(seconds=1)),
    "z": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}Z",
    "utc": lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC",
    "offset": lambda t: f"{t + timedelta(hours=5, minutes=30):%Y-%m-%dT%H:%M:%S}+05:30",
    "gmt": lambda t: f"{t + timedelta(hours=1):%Y/%m/%d} {_twelve((t + timedelta(hours=1)).time())} GMT+1",
    "serial": lambda t: f"{((t - datetime(1899, 12, 30)) / timedelta(days=1)):.10f}",
    "javascript": lambda t: f"{t:%a %b %d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)",
    "ctime": lambda t: f"{t:%a %b} {t.day:2} {t:%H:%M:%S} {t.year}",
    "mail": lambda t: f"{t:%a, %d %b %Y %H:%M:%S} +0000",
}
"""Day and time in one cell; the person's clock is that of UTC."""


def _number(value: float, mark: str) -> str:
    return f"{value:g}".replace(".", mark)


def _thousands(value: float, mark: str) -> str:
    return f"{value:,.10g}".replace(",", "\0").replace(".", mark).replace("\0", "." if mark == "," else ",")


DURATIONS: dict[str, tuple[str, str, Callable[[float, str], str]]] = {
    "min": ("Duration (min)", "duration_min", lambda s, m: _number(s / 60, m)),
    "s": ("Duration [s]", "duration_s", lambda s, m: _number(s, m)),
    "h": ("Duration (hours)", "duration_h", lambda s, m: f"{s / 3600:.6f}".rstrip("0").rstrip(".").replace(".", m)),
    "words": ("Lasted", "duration_min", lambda s, m: f"{_number(s / 60, m)} minutes" if s % 60 else f"{s / 60:g} min"),
    "sec": ("Length", "duration_min", lambda s, m: f"{s:g} sec"),
    "hms": ("Duration", "duration_min", lambda s, m: str(timedelta(seconds=s))),
    "parts": ("Lasted", "duration", lambda s, m: f"{int(s // 3600)}h {int(s % 3600 // 60)}m {int(s % 60)}s"),
    "bare": ("Duration", "duration", lambda s, m: _number(s / 60, m)),
    "short clock": ("Duration", "duration_min", lambda s, m: f"{int(s // 60)}:{int(s % 60):02}"),
    "clock min": ("Duration", "duration_min", lambda s, m: f"{int(s // 60)}:{int(s % 60):02} min"),
}
DOSES: dict[str, tuple[str, Callable[[float, str, str], str]]] = {
    "header": ("Dose (mg)", lambda v, u, m: _number(v, m) if u == "mg" else f"{_number(v, m)} {u}s"),
    "cell": ("Dose", lambda v, u, m: f"{_number(v, m)} {u}" + "s" * (u == "tablet")),
    "close": ("Dosage", lambda v, u, m: f"{_number(v, m)}{u}" if u == "mg" else f"{_number(v, m)} tab"),
    "thousands": ("Dose", lambda v, u, m: f"{_thousands(v, m)} {u}" + "s" * (u == "tablet")),
    "micro": ("Amount", lambda v, u, m: f"{_thousands(v * 1000, m)} mcg" if u == "mg" else f"{_number(v, m)} tablets"),
    "name": ("", lambda v, u, m: ""),
}
SEVERITIES: dict[str, tuple[str, Callable[[float, str], str]]] = {
    "plain": ("Pain", _number),
    "of ten": ("Pain level", lambda v, m: f"{_number(v, m)}/10"),
    "header": ("Severity (0-10)", _number),
    "hundred": ("VAS (0-100)", lambda v, m: f"{v * 10:g}"),
    "percent": ("Intensity", lambda v, m: f"{v * 10:g} %"),
}
PLACES: dict[str, Callable[[str, str], str]] = {
    "plain": lambda side, part: f"{side} {part}".title(),
    "letter": lambda side, part: f"{side[0].upper()} {part}",
    "behind": lambda side, part: f"{part}, {side}",
    "letter behind": lambda side, part: f"{part} ({side[0].upper()})",
    "dash": lambda side, part: f"{part}-{side}",
}
_BRANDS = {"baclofen": ("Baclofen", "Lioresal"), "tizanidine": ("Tizanidine", "Zanaflex"), "ibuprofen": ("Nurofen",)}


def _meaning(random: Random, *, with_times: bool) -> Meaning:
    clock = time(random.randrange(24), random.randrange(60)) if with_times else None
    medication = random.choice((None, "baclofen", "tizanidine", "ibuprofen"))
    unit = None if medication is None else random.choice(("mg", "mg", "tablet"))
    doses = {"mg": (5.0, 10.0, 12.5, 400.0, 1200.0), "tablet": (0.5, 1.0, 2.0)}
    return Meaning(
        FROM + timedelta(days=random.randrange(900)),
        clock,
        random.choice((None, 1.0, 4.5, 7.0, 10.0, 6.5)),
        random.choice((None, 30.0, 90.0, 120.0, 2700.0, 5400.0, 150.0)),
        random.choice((None, "left leg", "right arm", "left calf", "right foot")),
        medication,
        random.choice(doses[unit]) if unit else None,
        unit,
        random.choice(("", "after waking", "café, cold", 'he said "enough"', "Füße; kalt", "two\nlines")),
    )


def layout(seed: int) -> Layout:
    """The file of a seed; the same each time."""
    random = Random(seed)
    mark = random.choice((".", ","))
    delimiter = random.choice(DELIMITERS if mark == "." else (";", "\t", ";", ","))
    encoding, before = random.choice(ENCODINGS), random.choice(PREAMBLES)
    duration, dose, severity = (random.choice(list(each)) for each in (DURATIONS, DOSES, SEVERITIES))
    place, named = random.choice(list(PLACES)), random.random() > 0.1
    if not named and dose == "header":
        dose = "cell"  # without a header nothing would tell the unit
    stamp = random.choice(["", "", *STAMPS])
    written, clock = random.choice(list(DATES)), random.choice(list(CLOCKS))
    if encoding == "cp1252" and clock == "12 narrow":
        clock = "12"  # it has no such space
    with_times = bool(stamp) or random.random() > 0.2
    apart, sides = random.random() > 0.5, random.random() > 0.7
    meanings = [_meaning(random, with_times=with_times) for _ in range(random.randrange(4, 10))]

    columns: list[tuple[str, str, list[str]]] = []
    if stamp:
        texts = [STAMPS[stamp](datetime.combine(m.day, m.clock or time())) for m in meanings]
        columns.append(("When", "at", texts))
    elif with_times and not apart:
        both = [f"{DATES[written](m.day)} {CLOCKS[clock](m.clock or time())}" for m in meanings]
        columns.append(("Started", "at", both))
    else:
        columns.append(("Date", "date", [DATES[written](m.day) for m in meanings]))
        if with_times:
            columns.append(("Time", "time", [CLOCKS[clock](m.clock or time()) for m in meanings]))
    name, write = SEVERITIES[severity]
    columns.append((name, "severity", ["" if m.severity is None else write(m.severity, mark) for m in meanings]))
    name, field, wrote = DURATIONS[duration]
    columns.append((name, field, ["" if m.seconds is None else wrote(m.seconds, mark) for m in meanings]))
    parts = [(m.place or " ").split(" ") for m in meanings]
    if sides:
        columns.append(("Where", "locations", [part for _, part in parts]))
        columns.append(("Side", random.choice(("side", "locations")), [side.upper()[:1] for side, _ in parts]))
    else:
        columns.append(("Where", "locations", [PLACES[place](*each) if each[0] else "" for each in parts]))
    if with_times and not stamp and random.random() > 0.6:
        # The end besides the duration: the two agree.
        ends = [
            ""
            if m.seconds is None
            else f"{datetime.combine(m.day, m.clock or time()) + timedelta(seconds=m.seconds):%H:%M:%S}"
            for m in meanings
        ]
        columns.append(("until", "end", ends))
    names = ["" if m.medication is None else random.choice(_BRANDS[m.medication]) for m in meanings]
    if dose == "name":
        names = [
            name and f"{name} {_number(m.dose or 0, mark)}{' tablets' if m.unit == 'tablet' else m.unit}"
            for name, m in zip(names, meanings, strict=True)
        ]
    columns.append(("Medication", "medication", names))
    if dose != "name":
        name, how = DOSES[dose]
        texts = ["" if m.dose is None else how(m.dose, m.unit or "", mark) for m in meanings]
        if random.random() > 0.85:
            # Somebody wrote one of them with the other mark.
            slip = random.randrange(len(meanings))
            other = "," if mark == "." else "."
            texts[slip] = texts[slip] and how(meanings[slip].dose or 0, meanings[slip].unit or "", other)
        columns.append((name, "dose", texts))
    columns.append(("Notes", "note", [m.note for m in meanings]))
    random.shuffle(columns)
    columns.insert(random.randrange(len(columns)), ("Weather", "", ["sunny"] * len(meanings)))
    data, lines = _written(columns, delimiter, encoding, before, named=named, ends=random.choice(("\r\n", "\n")))
    head = [name if named else f"column {number}" for number, (name, _, _) in enumerate(columns, 1)]
    mapping = {name: field for name, (_, field, _) in zip(head, columns, strict=True) if field}
    said = (
        f"{seed}: {stamp or written + '/' + clock} {duration} {dose} {severity} {mark}{delimiter} {encoding} {before}"
    )
    return Layout(said, data, mapping, dict(zip(lines, meanings, strict=True)))


def _written(
    columns: Sequence[tuple[str, str, list[str]]], delimiter: str, encoding: str, before: str, *, named: bool, ends: str
) -> tuple[bytes, list[int]]:
    """The file's bytes, and the line on which each row begins."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends)
    if before == "sep":
        out.write(f"sep={delimiter}{ends}")
    elif before == "title":
        writer.writerow(["Export of my diary"])
        out.write(ends)
    elif before == "table":
        writer.writerow(["Name", "Value"])
        writer.writerow(["Owner", "somebody"])
    if named:
        writer.writerow([name for name, _, _ in columns])
    lines = []
    for row in zip(*(texts for _, _, texts in columns), strict=True):
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    return out.getvalue().encode(encoding), lines
