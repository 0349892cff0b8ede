"""Numbers as people say them, and severities on a numeric rating scale.

Libraries fall short of what people say here: text2num reads neither "eight and a half", "a half", "three quarters",
"a dozen", "one oh five" nor "a hundred" (``benchmarks/numbers_libraries.py`` shows it beside this).

All functions take lower-cased tokens (words without punctuation; figures as typed: ``8`` ``7.5`` ``1/2`` ``8/10``) and
return every reading that begins at a token, longest first. A number is never cut: neither "twenty" nor "five" is read
out of "twenty five".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from voicelog.understand.values.number_patterns import number_patterns, severity_pattern, typed_number
from voicelog.understand.values.number_spec import ANY_NUMBER, SEVERITY, NumberSpec
from voicelog.understand.values.number_words import NumberWords, vocabulary
from voicelog.understand.values.patterns import Pattern, Reading, Run, moved, readings, run_around

__all__ = [
    "ANY_NUMBER", "SEVERITY", "NumberSpec", "cut_before", "exact", "is_number_word", "number", "numbers_at",
    "severity", "severity_at", "signed_at",
]  # fmt: skip


def numbers_at(
    tokens: Sequence[str], i: int, words: NumberWords, spec: NumberSpec = ANY_NUMBER
) -> list[Reading[float]]:
    """Every number that begins at ``i``, longest first: "two hundred and fifty", "half a", "one oh five", "7.5"."""
    if not number(words).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_numbers_in(run, at, words, spec), i - at)


def severity_at(tokens: Sequence[str], i: int, words: NumberWords, spec: NumberSpec = SEVERITY) -> list[Reading[float]]:
    """Every value on a scale that begins at ``i``, longest first.

    The top of the scale may be said after it ("eight out of ten", "eight over ten", "eight ten", "8/10"); a range ("a
    seven or eight", "between six and seven") stands for its preferred end. "Eleven out of ten" is none, and the ten
    of "out of ten" neither.
    """
    if not severity(words, spec).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_severities_in(run, at, words, spec), i - at)


def signed_at(tokens: Sequence[str], i: int, words: NumberWords, spec: NumberSpec) -> list[Reading[float]]:
    """Every number that begins at ``i``, where some are below nought: "minus five", "-5"."""
    if tokens[i] in words.numbers.minus:
        found = numbers_at(tokens, i + 1, words, spec.mirrored) if i + 1 < len(tokens) else []
        return [Reading(r.end, -r.value) for r in found if spec.takes(-r.value)]
    below = typed_number(tokens[i][1:]) if tokens[i].startswith("-") else None
    if below is not None:
        return [Reading(i + 1, -below)] if spec.takes(-below) else []
    return numbers_at(tokens, i, words, spec)


def number(words: NumberWords) -> Pattern[float]:
    """Everything that is said for a number, the loose ways ("twelve fifty", "half a") included."""
    return number_patterns(words).loose


def exact(words: NumberWords) -> Pattern[float]:
    """Numbers said in full, which cannot be two numbers one after the other."""
    return number_patterns(words).exact


def severity(words: NumberWords, spec: NumberSpec = SEVERITY) -> Pattern[float]:
    """What is said for a value on the scale of ``spec``."""
    return severity_pattern(words, spec)


def is_number_word(token: str, words: NumberWords) -> bool:
    """Whether a token is a figure: skipping it would lose a number."""
    return token in _figures(words) or token[:1].isdigit()


def cut_before(run: Run, i: int, words: NumberWords) -> bool:
    """Whether a number begins before ``i`` and goes on at ``i`` ("five" of "twenty five")."""
    key = _cuts, 0
    if key not in run.memo:
        run.memo[key] = _cuts(run, words)
    return i < len(run) and i in run.memo[key]


def _cuts(run: Run, words: NumberWords) -> frozenset[int]:
    """Where in the run a number goes on that began before."""
    inside, whole = _inside(words), number_patterns(words).whole
    cuts: set[int] = set()
    begin = 0
    while begin < len(run):
        end = begin
        while end < len(run) and (run[end] in inside or run[end][:1].isdigit()):
            end += 1
        at, starts = begin, {begin}
        while at < end:
            at = max((reading.end for reading in whole.at(run, at)), default=at + 1)
            starts.add(at)
        cuts.update(set(range(begin, end + 1)) - starts)
        begin = end + 1
    return frozenset(cuts)


@lru_cache(maxsize=48)
def _numbers_in(run: Run, i: int, words: NumberWords, spec: NumberSpec) -> tuple[Reading[float], ...]:
    if cut_before(run, i, words):
        return ()
    found = readings(number(words), run, i)
    whole = (r for r in found if spec.takes(r.value))
    return tuple(
        r for r in whole if not cut_before(run, r.end, words) or (spec.part_apart and _part_follows(run, r.end, words))
    )


@lru_cache(maxsize=48)
def _severities_in(run: Run, i: int, words: NumberWords, spec: NumberSpec) -> tuple[Reading[float], ...]:
    if cut_before(run, i, words) or _is_top(run, i, words):
        return ()
    found = readings(severity(words, spec), run, i)
    scaled = _before(run, i, words.numbers.scale) is not None  # "seven are of ten": what was before it was misheard
    return tuple(
        reading
        for reading in found
        if not cut_before(run, reading.end, words) and not (scaled and reading.value == spec.maximum)
    )


def _part_follows(run: Run, i: int, words: NumberWords) -> bool:
    """Whether "and a half" comes at ``i``."""
    n = words.numbers
    parts = (tuple(phrase.split()) for phrase in n.parts)
    return run[i] in n.and_ and any(tuple(run[i + 1 : i + 1 + len(part)]) == part for part in parts)


def _is_top(run: Run, i: int, words: NumberWords) -> bool:
    """Whether the number at ``i`` tells the scale: "out of" with a number, or "on a scale of", stands before it."""
    n = words.numbers
    start = _before(run, i, n.scale)
    if start and is_number_word(run[start - 1], words):
        return True
    to = _before(run, i, n.to_top)
    return _before(run, i, n.on_scale) is not None or (to is not None and _before(run, to - 1, n.on_scale) is not None)


def _before(run: Run, end: int, phrases: Sequence[str]) -> int | None:
    """Where one of the phrases begins that ends at ``end``."""
    for phrase in phrases:
        said = tuple(phrase.split())
        if end - len(said) >= 0 and run[end - len(said) : end] == said:
            return end - len(said)
    return None


@lru_cache(maxsize=8)
def _figures(words: NumberWords) -> frozenset[str]:
    n = words.numbers
    return frozenset((*n.zero, *n.units, *n.teens, *n.tens, *n.hundred, *n.thousand, *n.million))


@lru_cache(maxsize=8)
def _inside(words: NumberWords) -> frozenset[str]:
    n = words.numbers
    parts = (word for phrase in n.parts for word in phrase.split())
    return _figures(words).union(n.point, n.and_, n.oh, n.one, parts)
