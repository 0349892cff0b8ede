from __future__ import annotations

import math
import re
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diary.making import NOON, save, spasm
from voicelog.converse.messages import Filter, Look
from voicelog.core.entry import KINDS, Entry
from voicelog.diary import Diary, open_diary
from voicelog.diary.store import query as look

PARTS = ("leg", "calf", "back", "foot")
SIDES = ("", "left ", "right ", "both ")
PLACES = (*(f"{side}{part}" for side in SIDES for part in PARTS), "both feet", "both legs")
TRIGGERS = ("cold", "touch", "movement")
RANK = {"mild": 1, "moderate": 2, "severe": 3, "worst": 4}


def some(values: tuple[Any, ...], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


def one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((None, *values))


# Months apart, so that whole spans of the totals lie between them.
WHEN = st.integers(-400, 400).map(lambda days: NOON + timedelta(days=days, hours=days % 24))
ENTRIES = st.builds(
    Entry,
    id=st.uuids().map(str),
    kind=st.sampled_from(KINDS),
    at=WHEN,
    logged_at=WHEN,
    severity=one(0.0, 2.0, 5.5, 10.0),
    intensity=one("mild", "worst"),
    locations=some(PLACES),
    triggers=some(TRIGGERS),
    duration_s=one(1.0, 60.0),
    medication=one("baclofen", "diazepam"),
    dose=one(5.0, 10.0),
    unit=one("mg", "tablet"),
    symptom=one("fatigue"),
    note=one("The Café was cold", "pump refill", "walks"),
    unsure=some(("severity",), 1),
)
FILTERS = st.builds(
    Filter,
    kinds=some(KINDS),
    since=st.none() | WHEN,
    until=st.none() | WHEN,
    locations=some(PLACES),
    severity_min=one(2.0),
    severity_max=one(5.5),
    intensity=one("mild", "never said"),
    triggers=some(TRIGGERS),
    medication=one("baclofen"),
    symptom=one("fatigue"),
    hours=st.none() | st.tuples(st.integers(0, 23).map(time), st.integers(0, 23).map(time)),
    text=one("pump", "cold cafe", "?"),
    unsure=st.booleans(),
) | st.builds(Filter, kinds=some(KINDS), since=st.none() | WHEN, until=st.none() | WHEN)


def sides(location: str) -> tuple[set[str], str]:
    side, _, part = location.rpartition(" ")
    part = {"feet": "foot", "legs": "leg"}.get(part, part)
    return {"": {""}, "both": {"", "left", "right"}}.get(side, {"", side}), part


def is_at(entry: Entry, wanted: str) -> bool:
    there: dict[str, set[str]] = {}
    for location in entry.locations:
        of, part = sides(location)
        there.setdefault(part, set()).update(of)
    needed, part = sides(wanted)
    return needed <= there.get(part, set())


def matches(entry: Entry, f: Filter) -> bool:
    local, (start, end) = entry.at.time(), f.hours or (time(0), time(0))
    words = {"the", "cafe", "was", "cold"} if entry.note == "The Café was cold" else set((entry.note or "").split())
    return all(
        (
            not f.kinds or entry.kind in f.kinds,
            f.since is None or entry.at >= f.since,
            f.until is None or entry.at < f.until,
            all(is_at(entry, place) for place in f.locations),
            f.severity_min is None or (entry.severity is not None and entry.severity >= f.severity_min),
            f.severity_max is None or (entry.severity is not None and entry.severity <= f.severity_max),
            f.intensity in (None, entry.intensity),
            set(f.triggers) <= set(entry.triggers),
            f.medication in (None, entry.medication),
            f.symptom in (None, entry.symptom),
            start == end or (start <= local < end if start < end else local >= start or local < end),
            f.text is None or (bool(re.findall(r"\w", f.text)) and set(f.text.split()) <= words),
            not f.unsure or bool(entry.unsure),
        )
    )


def rank(entry: Entry, order: str, seq: int) -> tuple[float, datetime, int]:
    if order == "worst":
        value = RANK.get(entry.intensity or "", 0) - 10.0 if entry.severity is None else entry.severity
    elif order == "longest":
        value = -math.inf if entry.duration_s is None else entry.duration_s
    else:
        value = 0.0
    return value, entry.at, seq


@settings(max_examples=25, deadline=None)
@given(
    st.lists(ENTRIES, max_size=25, unique_by=lambda entry: entry.id),
    st.lists(FILTERS, min_size=8, max_size=8),
    st.data(),
)
def test_a_look_is_what_going_through_all_entries_gives(entries: list[Entry], filters: list[Filter], data: Any) -> None:
    few = data.draw(st.sampled_from((0, 3, look._FEW)))
    with (
        TemporaryDirectory() as folder,
        open_diary(Path(folder) / "d.db") as diary,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(look, "_FEW", few)
        diary.write_many(map(save, entries))
        for wanted in filters:
            for order in ("newest", "oldest", "worst", "longest"):
                check(diary, entries, Look(wanted, order, data.draw(st.integers(0, 4))))


def check(diary: Diary, entries: list[Entry], asked: Look) -> None:
    found = diary.look(asked)
    numbered = [(entry, seq) for seq, entry in enumerate(entries) if matches(entry, asked.filter)]
    numbered.sort(key=lambda pair: rank(pair[0], asked.order, pair[1]), reverse=asked.order != "oldest")
    matching = [entry for entry, _ in numbered]
    assert found.look is asked
    assert found.count == len(matching)
    assert found.entries == tuple(matching[: asked.limit])
    rated = [entry.severity for entry in matching if entry.severity is not None]
    assert found.severity_n == len(rated)
    assert found.severity_mean == (pytest.approx(sum(rated) / len(rated)) if rated else None)
    assert found.duration_s == pytest.approx(sum(entry.duration_s or 0 for entry in matching))


def test_doses_are_added_up_by_medication_and_unit(diary: Diary) -> None:
    for number, (dose, unit) in enumerate([(10.0, "mg"), (5.0, "mg"), (None, "mg"), (1.0, "tablet"), (None, None)]):
        taken = spasm(str(number), number).with_fields(kind="medication", medication="baclofen", dose=dose, unit=unit)
        diary.write(save(taken))
    expected = (("baclofen", "mg", 15.0, 3), ("baclofen", None, None, 1), ("baclofen", "tablet", 1.0, 1))
    assert diary.look(Look(Filter())).doses == expected
    assert diary.look(Look(Filter(medication="baclofen"))).doses == expected
    assert diary.look(Look(Filter(since=NOON + timedelta(minutes=3)))).doses == expected[1:]
    assert diary.look(Look(Filter(kinds=("spasm",)))).doses == ()


def test_changed_and_removed_entries_count_as_they_are_now(diary: Diary) -> None:
    from voicelog.core.entry import Change

    old = spasm(severity=8.0, locations=("left leg",))
    new = old.with_fields(severity=3.0, at=old.at - timedelta(days=90), locations=("arm",))
    diary.write(save(old))
    diary.write(Change("2", "change", old, new, NOON))
    found = diary.look(Look(Filter()))
    assert (found.count, found.severity_mean, found.entries) == (1, 3.0, (new,))
    assert diary.look(Look(Filter(locations=("leg",)))).count == 0
    diary.write(Change("3", "remove", new, None, NOON))
    assert diary.look(Look(Filter())).count == 0
    diary.write(Change("4", "restore", None, new, NOON, undoes="3"))
    assert diary.look(Look(Filter(locations=("arm",)))).entries == (new,)


def test_more_than_sixty_words_of_a_list_are_told_apart(diary: Diary) -> None:
    for number in range(70):
        entry = spasm(f"{number:02}", number, triggers=(f"t{number}",), locations=(f"left part{number}",))
        diary.write(save(entry))
    for number in (0, 61, 62, 63, 69):
        for wanted in (Filter(triggers=(f"t{number}",)), Filter(locations=(f"part{number}",))):
            assert [entry.id for entry in diary.look(Look(wanted, limit=5)).entries] == [f"{number:02}"]


def test_words_that_another_program_brought_are_found(diary: Diary, path: Path) -> None:
    assert diary.look(Look(Filter(triggers=("cold",)))).count == 0
    with open_diary(path) as other:
        other.write(save(spasm(triggers=("cold",))))
    assert diary.look(Look(Filter(triggers=("cold",)))).count == 1
