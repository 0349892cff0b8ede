from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.diary.making import NOON, ODD_ENTRIES, save, spasm
from voicelog.core.entry import Entry
from voicelog.core.errors import UsageError
from voicelog.diary import open_diary
from voicelog.diary.exchange import FORMATS, intake, trackers

MANY = st.lists(ODD_ENTRIES, max_size=6, unique_by=lambda entry: entry.id)
PLAIN = spasm(
    severity=8.5,
    locations=("left leg", "back"),
    triggers=("cold",),
    sensations=("pain",),
    context=("woke me",),
    intensity="severe",
    type="cramp",
    duration_s=90.0,
    unsure=("severity",),
)
DOSE = spasm("m").with_fields(kind="medication", medication="baclofen", dose=10.0, unit="mg", text="baclofen ten")


def written(entries: Iterable[Entry], form: str) -> str:
    return "".join(FORMATS[form](entries))


def read(path: Path) -> list[tuple[int, Entry | ValueError]]:
    if intake.is_json(path):
        return list(intake.read_json(path))
    return list(intake.read_own_csv(path, intake.table_of(path)))


@pytest.mark.parametrize("form", ["json", "csv"])
@settings(max_examples=30, deadline=None)
@given(entries=MANY)
def test_out_and_in_gives_the_same_diary(form: str, entries: list[Entry]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with open_diary(folder / "a.db") as diary:
            diary.write_many(map(save, entries))
            before = list(diary.entries())
            text = written(diary.entries(), form)
        (folder / "out").write_bytes(text.encode())
        with open_diary(folder / "b.db") as diary:
            for added in (len(entries), 0):
                taken = intake.take_in(diary, iter(read(folder / "out")), "out", NOON, lambda: None)
                assert (taken.added, taken.known, taken.bad) == (added, len(entries) - added, [])
            assert list(diary.entries()) == before
            assert written(diary.entries(), form) == text


def test_json_is_an_array_with_an_entry_a_line() -> None:
    text = written([PLAIN, DOSE], "json")
    assert json.loads(text) == [PLAIN.to_json(), DOSE.to_json()]
    assert len(text.splitlines()) == 4
    assert json.loads(written([], "json")) == []


@pytest.mark.parametrize("form", ["array", "pretty", "lines", "object", "one line"])
def test_json_in_other_shapes_comes_in_too(tmp_path: Path, form: str) -> None:
    items = [PLAIN.to_json(), DOSE.to_json()]
    text = {
        "array": written([PLAIN, DOSE], "json"),
        "pretty": json.dumps(items, indent=2),
        "lines": "\n".join(map(json.dumps, items)),
        "object": json.dumps({"entries": items}),
        "one line": json.dumps(items),
    }[form]
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8-sig")
    assert [entry for _, entry in read(path)] == [PLAIN, DOSE]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"severity": 11}, "severity is 11"),
        ({"severity": "x"}, "could not convert"),
        ({"severity": float("nan")}, "severity is nan"),
        ({"at": "yesterday"}, "Invalid isoformat"),
        ({"at": "2026-01-01"}, "no UTC offset"),
        ({"at": None}, '"at" is missing'),
        ({"kind": "mood"}, '"mood" is not a kind'),
        ({"locations": "left leg"}, "not a list of texts"),
        ({"note": 5}, '"note" is not a text'),
        ({"id": ""}, '"id" is empty'),
        ({"running": "yes"}, "neither true nor false"),
        ({"duration_s": -1}, "duration_s is -1"),
    ],
)
def test_what_cannot_be_an_entry_is_told_and_the_rest_taken(
    tmp_path: Path, change: dict[str, Any], problem: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{**PLAIN.to_json(), **change}, DOSE.to_json(), 5, None]))
    found = read(path)
    assert problem in str(found[0][1])
    assert found[1][1] == DOSE
    assert all(isinstance(item, ValueError) for _, item in found[2:])


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[1, 2", "[" * 100_000])
def test_broken_json_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert all(isinstance(item, ValueError) for _, item in read(path))


def test_csv_runs_nothing_in_a_spreadsheet_and_opens_right() -> None:
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|cmd", "%x", "'", "\n=2"]
    text = written([spasm(str(n), note=note, locations=(note,)) for n, note in enumerate(bad)], "csv")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    for row in rows[1:]:
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "|", "%"))]
        assert row[rows[0].index("note")].startswith("'")


def test_csv_saved_again_by_a_spreadsheet_of_another_country(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(written([PLAIN], "csv")[1:], newline="")))
    path = tmp_path / "x.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([[cell.replace("8.5", "8,5") for cell in row] for row in rows])
    assert [entry for _, entry in read(path)] == [PLAIN]


@settings(max_examples=20, deadline=None)
@given(entries=MANY)
def test_fhir_validates(entries: list[Entry]) -> None:
    from fhir.resources.R4B.bundle import Bundle

    bundle = Bundle.model_validate_json(written([PLAIN, DOSE, *entries], "fhir"))
    assert bundle.type == "collection"
    items: list[Any] = bundle.entry or []
    assert {item.resource.get_resource_type() for item in items} == {"Observation", "MedicationStatement"}
    # An entry made up may have the name of one that is always there, as none in a diary can.
    members = {member.reference for item in items for member in getattr(item.resource, "hasMember", None) or ()}
    urls = {item.fullUrl for item in items}
    assert members <= urls
    assert len(urls - members) == len({entry.id for entry in (PLAIN, DOSE, *entries)})


def test_fhir_says_what_the_diary_says() -> None:
    spasm_, severity, dose = (item["resource"] for item in json.loads(written([PLAIN, DOSE], "fhir"))["entry"])
    assert spasm_["code"]["coding"][0]["code"] == "55300003"
    assert spasm_["hasMember"] == [{"reference": f"urn:uuid:{severity['id']}"}]
    assert severity["code"]["coding"][0]["code"] == "246112005"
    assert (severity["valueQuantity"]["value"], severity["status"]) == (8.5, "preliminary")
    assert {"text": "Unsure: severity"} in spasm_["note"]
    assert spasm_["status"] == "preliminary"
    (structure,) = spasm_["contained"]
    assert structure["location"]["coding"][0]["display"] == "Lower limb structure"
    assert structure["locationQualifier"][0]["coding"][0] == {
        "system": "http://snomed.info/sct",
        "code": "7771000",
        "display": "Left",
    }
    sites = [part["valueCodeableConcept"]["text"] for part in spasm_["component"] if "valueCodeableConcept" in part]
    assert sites == ["left leg", "back"]
    assert dose["medicationCodeableConcept"]["coding"][0]["code"] == "M03BX01"
    assert dose["dosage"][0]["doseAndRate"][0]["doseQuantity"] == {
        "value": 10.0,
        "unit": "mg",
        "system": "http://unitsofmeasure.org",
        "code": "mg",
    }


def fhir(entry: Entry) -> list[dict[str, Any]]:
    return [item["resource"] for item in json.loads(written([entry], "fhir"))["entry"]]


def test_fhir_tells_the_reason_where_no_severity_was_said() -> None:
    main, severity = fhir(spasm(locations=("both legs",)))
    assert "valueQuantity" not in severity
    assert severity["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert (main["status"], severity["status"]) == ("final", "final")
    assert main["bodySite"]["extension"][0]["valueReference"] == {"reference": "#site1"}
    (free,) = fhir(spasm(count=0.0))
    assert "hasMember" not in free


def test_fhir_states_no_dose_that_is_in_doubt() -> None:
    (statement,) = fhir(DOSE.with_fields(unsure=("dose",)))
    assert statement["status"] == "unknown"
    assert "dosage" not in statement
    assert {"text": "Unsure: dose"} in statement["note"]


def test_fhir_has_a_day_where_only_the_day_is_known() -> None:
    main, _ = fhir(PLAIN.with_fields(unsure=("at",), at=NOON))
    assert (main["effectiveDateTime"], main["status"]) == ("2026-03-01", "final")


@settings(max_examples=30, deadline=None)
@given(entries=MANY)
def test_the_calendar_can_be_read(entries: list[Entry]) -> None:
    events = Calendar.from_ical(written([PLAIN, *entries], "ics")).walk("VEVENT")
    assert len(events) == 1 + len(entries)
    assert events[0]["SUMMARY"] == "spasm, severe, left leg, back, 8.5/10?"
    assert events[0].decoded("DTSTART") == NOON
    assert events[0].decoded("DURATION") == timedelta(seconds=90)


def test_what_is_unsure_has_a_question_mark_in_a_calendar() -> None:
    unsure = PLAIN.with_fields(unsure=("severity", "locations"))
    events = Calendar.from_ical(written([unsure], "ics")).walk("VEVENT")
    assert events[0]["SUMMARY"] == "spasm, severe, left leg, back?, 8.5/10?"


def other(tmp_path: Path, text: str, columns: dict[str, str], **options: Any) -> list[Entry | ValueError]:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    mapped = trackers.Mapped(columns, zone=ZoneInfo("Europe/Berlin"), **options)
    return [item for _, item in intake.read_other_csv(path, intake.table_of(path), mapped, NOON)]


def test_another_trackers_table(tmp_path: Path) -> None:
    text = "Date;Time;Pain Level;Where;Duration (min);Comments\n13/02/2026;3:05 PM;7,5/10;Left Leg / Back;2;woke up\n"
    columns = trackers.guess(["Date", "Time", "Pain Level", "Where", "Duration (min)", "Comments"])
    assert columns == {
        "Date": "date",
        "Time": "time",
        "Pain Level": "severity",
        "Where": "locations",
        "Duration (min)": "duration_min",
        "Comments": "note",
    }
    (entry,) = other(tmp_path, text, columns)
    assert isinstance(entry, Entry)
    assert entry.at == datetime(2026, 2, 13, 15, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (entry.kind, entry.severity, entry.duration_s, entry.note) == ("spasm", 7.5, 120.0, "woke up")
    assert entry.locations == ("left leg", "back")


def test_rows_alike_are_entries_of_their_own_and_stay_the_same(tmp_path: Path) -> None:
    text = "when,note\n2026-01-01 10:00,x\n2026-01-01 10:00,x\n"
    first = other(tmp_path, text, {"when": "at", "note": "note"})
    assert first == other(tmp_path, text, {"when": "at", "note": "note"})
    assert len({entry.id for entry in first if isinstance(entry, Entry)}) == 2


def test_rows_tell_their_kind(tmp_path: Path) -> None:
    text = "when,drug,dose,note\n2026-01-01 10:00,Baclofen,10,\n2026-01-01 11:00,,,bad night\n2026-01-01,,,\nx,,,\n"
    items = other(tmp_path, text, {"when": "at", "drug": "medication", "dose": "dose", "note": "note"})
    kinds = [item.kind if isinstance(item, Entry) else "bad" for item in items]
    assert kinds == ["medication", "note", "bad", "bad"]


def test_dates_that_can_be_read_two_ways_are_asked_about(tmp_path: Path) -> None:
    text = "when,level\n03/04/2025,5\n"
    with pytest.raises(UsageError, match="day first or month first"):
        other(tmp_path, text, {"when": "at", "level": "severity"})
    for form, month in (("%d/%m/%Y", 4), ("%m/%d/%Y", 3)):
        (entry,) = other(tmp_path, text, {"when": "at", "level": "severity"}, date_form=form)
        assert isinstance(entry, Entry)
        assert entry.at.month == month


def test_a_mapping_that_does_not_fit_is_refused() -> None:
    for columns, problem in (
        ({"x": "at"}, 'no column "x"'),
        ({"a": "mood"}, '"mood" is no field'),
        ({"a": "note"}, "when it happened"),
    ):
        with pytest.raises(UsageError, match=problem):
            trackers.check(trackers.Mapped(columns), ["a", "b"])
