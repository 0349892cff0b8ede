"""Two hundred files of made-up layouts: each row is read as it was meant, or named by its line. No number is wrong."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.diary.layouts import Layout, Meaning, layout
from voicelog.core.entry import Entry
from voicelog.core.errors import UsageError
from voicelog.diary.exchange import intake, trackers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILES = 200


def read(made: Layout, path: Path) -> dict[int, list[Entry] | ValueError]:
    """The entries of each line, or what was wrong with it."""
    path.write_bytes(made.data)
    table = intake.table_of(path, wanted=made.mapping)
    mapped = trackers.Mapped(made.mapping, zone=UTC)
    found: dict[int, list[Entry] | ValueError] = {}
    for line, item in intake.read_other_csv(path, table, mapped, NOW):
        if isinstance(item, ValueError):
            found[line] = item
        else:
            entries = found.setdefault(line, [])
            assert isinstance(entries, list)
            entries.append(item)
    return found


def differences(meant: Meaning, entries: list[Entry]) -> list[str]:
    """What the entries of a row say that was not meant, or do not say that was."""
    wrong = []
    of_spasm = (meant.severity, meant.seconds, meant.place) != (None, None, None)
    for entry in entries:
        if entry.at.astimezone(UTC).date() != meant.day:
            wrong.append(f"day {entry.at}")
        if meant.clock is None and "at" not in entry.unsure:
            wrong.append("a time that was never said")
        if meant.clock is not None and entry.at.astimezone(UTC).time() != meant.clock:
            wrong.append(f"time {entry.at}")
    spasms = [entry for entry in entries if entry.kind == "spasm"]
    doses = [entry for entry in entries if entry.kind == "medication"]
    if len(spasms) != of_spasm or len(doses) != (meant.medication is not None):
        return [*wrong, f"kinds {[entry.kind for entry in entries]}"]
    for entry in spasms:
        said = (entry.severity, entry.duration_s, " ".join(entry.locations) or None)
        if said != (meant.severity, meant.seconds, meant.place):
            wrong.append(f"spasm {said}")
    for entry in doses:
        milli = 1000 if entry.unit == "mcg" else 1
        dose = None if entry.dose is None else entry.dose / milli
        unit = "mg" if entry.unit == "mcg" else entry.unit
        if (entry.medication, dose, unit) != (meant.medication, meant.dose, meant.unit):
            wrong.append(f"dose {entry.medication} {entry.dose} {entry.unit}")
    notes = {entry.note for entry in entries if entry.note}
    if notes != ({meant.note} if meant.note else set()):
        wrong.append(f"note {notes}")
    return wrong


def test_each_row_is_read_as_it_was_meant_or_named_by_its_line(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(FILES):
        made = layout(seed)
        try:
            found = read(made, tmp_path / "in.csv")
        except UsageError as error:
            # Only where day and month cannot be told apart is a whole file asked about.
            counts["asked" if "day first or month first" in str(error) else str(error)] += 1
            continue
        for line, meant in made.rows.items():
            assert line in found, f"{made.name}: line {line} is neither read nor named"
            entries = found[line]
            if isinstance(entries, ValueError):
                counts["refused"] += 1
                assert str(entries)
            else:
                wrong = differences(meant, entries)
                assert not wrong, f"{made.name}, line {line}: {meant} was read as {wrong}"
                counts["right"] += 1
        assert set(found) <= set(made.rows), made.name
        counts["files"] += 1
    assert set(counts) <= {"asked", "files", "right", "refused"}
    assert counts["files"] > 0.9 * FILES
    assert counts["right"] > 3 * counts["refused"]


@pytest.mark.parametrize("seed", [2, 7, 23])
def test_a_wrong_meaning_would_be_noticed(seed: int, tmp_path: Path) -> None:
    made = layout(seed)
    found = read(made, tmp_path / "in.csv")
    line, meant = next((line, m) for line, m in made.rows.items() if not isinstance(found[line], ValueError))
    entries = found[line]
    assert isinstance(entries, list)
    assert not differences(meant, entries)
    assert differences(meant, [entry.with_fields(dose=77.0, severity=7.7) for entry in entries])
