"""Figures in words, for the terminal and the page alike."""

from __future__ import annotations

from datetime import date

from voicelog.core.entry import unit_for
from voicelog.report.difference import Difference
from voicelog.report.figures import Dose, Part
from voicelog.report.spans import Span

DASH = "–"


def day(of: date) -> str:
    """``1 March 2026``."""
    return f"{of.day} {of:%B} {of.year}"


def short_day(of: date) -> str:
    """``Sun 1 Mar 2026``."""
    return f"{of:%a} {of.day} {of:%b} {of.year}"


def period(span: Span) -> str:
    """``1 March to 31 March 2026``; the year once where it is the same."""
    if span.first == span.last:
        return day(span.first)
    first = f"{span.first.day} {span.first:%B}"
    return f"{first if span.first.year == span.last.year else day(span.first)} to {day(span.last)}"


def number(value: float | None, places: int = 1) -> str:
    """Rounded, without needless zeros, a dash for none, thousands apart by a comma."""
    if value is None:
        return DASH
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int, noun: str, plural: str = "") -> str:
    """``1 spasm``, ``1,203 spasms``."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def times(value: float) -> str:
    """``once``, ``2.9 times``."""
    text = number(value)
    return "once" if text == "1" else f"{text} times"


def share(part: float, whole: float) -> str:
    """``34 %``; a dash where there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else DASH


def duration(seconds: float | None) -> str:
    """``45 s``, ``1 min 20 s``, ``2 h 5 min``, ``53 h 30 min``."""
    if seconds is None:
        return DASH
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def clock_duration(seconds: float) -> str:
    """``0:45``, ``1:20``, ``2:05:00``: minutes and seconds, for columns."""
    whole = round(seconds)
    minutes = f"{whole // 60 % 60}:{whole % 60:02}" if whole < 3600 else f"{whole // 60 % 60:02}:{whole % 60:02}"
    return minutes if whole < 3600 else f"{whole // 3600}:{minutes}"


def percent(change: Difference | None) -> str:
    """``+12 %``, ``−16 %``, ``unchanged``; a dash where there is nothing to compare with."""
    if change is None or change.relative is None:
        return DASH
    rounded = round(100 * change.relative)
    return "unchanged" if not rounded else f"{rounded:+} %".replace("-", "−")


def compared(change: Difference, less: str, more: str) -> str:
    """``27 % fewer than in``, ``9 % more than in``, ``unchanged from``; the number before where that was nought."""
    if change.relative is None:
        return "unchanged from" if not change.now else f"{more} than in"
    rounded = round(100 * change.relative)
    return f"{abs(rounded)} % {less if rounded < 0 else more} than in" if rounded else "unchanged from"


def importance(change: Difference | None) -> str:
    """What a change of the severity means: ``clinically important improvement``; empty below the thresholds."""
    if change is None or not change.importance:
        return ""
    direction = "improvement" if change.now < change.before else "worsening"
    size = {"minimal": "minimal clinically important", "important": "clinically important"}[change.importance]
    return f"{size} {direction}"


def sides(part: Part) -> str:
    """``left 12, right 4, both 3``, the sides that were said; empty where none was."""
    said = (("left", part.left), ("right", part.right), ("both", part.both))
    return ", ".join(f"{side} {spasms:,}" for side, spasms in said if spasms)


def amount(value: float | None, name: str) -> str:
    """``25 mg``, ``2 puffs``; a dash where no dose was said."""
    return DASH if value is None else f"{number(value, 3)} {unit_for(name, value)}".strip()


def total(dose: Dose) -> str:
    """The sum of the doses of a medication."""
    return amount(dose.total, dose.unit)
