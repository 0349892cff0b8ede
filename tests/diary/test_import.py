"""Imports kind by kind: what people and programs write, what it becomes, and what is refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.diary.test_commands import Run, kept, voicelog
from voicelog.core.entry import Entry
from voicelog.core.errors import UsageError
from voicelog.diary import open_diary
from voicelog.diary.exchange import dates, intake, quantities, trackers
from voicelog.diary.exchange.dates import Habits
from voicelog.diary.exchange.places import places
from voicelog.diary.exchange.quantities import Marks

__all__ = ["kept", "voicelog"]
NOW = datetime(2026, 3, 14, 14, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
Items = list[Entry | ValueError]


def imported(
    tmp_path: Path, data: str | bytes, columns: Mapping[str, str], *, zone: ZoneInfo = LONDON, **options: Any
) -> Items:
    path = tmp_path / "in.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    table = intake.table_of(path, options.pop("encoding", None), columns)
    mapped = trackers.Mapped(columns, zone=zone, **options)
    return [item for _, item in intake.read_other_csv(path, table, mapped, NOW)]


def entry(tmp_path: Path, data: str | bytes, columns: Mapping[str, str], **options: Any) -> Entry:
    (item,) = imported(tmp_path, data, columns, **options)
    assert isinstance(item, Entry), item
    return item


# ---- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90 sec", 90), ("2 min", 120), ("2h", 7200), ("0:02:30", 150), ("4h 15m", 15300), ("18:25 min", 1105)),
        *(("1.5 hours", 5400), ("1,5 h", 5400), ("2m30s", 150), ("1h30", 5400), ("PT4H15M", 15300), ("½ h", 1800)),
        *(("1 hr, 2 mins", 3720), ("4:15 h", 15300), ("500 ms", 0.5), ("2 hours and 5 minutes", 7500), ("7", 420)),
    ],
)
def test_a_duration_is_in_the_unit_that_it_names(text: str, seconds: float) -> None:
    assert quantities.duration(text, Marks("", "."), 60.0) == seconds


@pytest.mark.parametrize(
    "text", ["4:15", "1 min 2 min", "half", "5 weeks", "2:75:00", "10-20 min", "1e9", "-5", "400 d"]
)
def test_a_duration_that_can_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        quantities.duration(text, Marks("", "."), 60.0)


def test_a_duration_without_any_unit_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="duration_min"):
        quantities.duration("90")


@pytest.mark.parametrize(
    ("column", "seconds"),
    [
        *(("Duration (hours)", 3600), ("Dauer (Min.)", 60), ("Lasted [s]", 1), ("duration_s", 1), ("Length", None)),
        *(("Duration (hh:mm)", None), ("Hours and minutes", None), ("Minutes", 60)),
    ],
)
def test_the_unit_in_a_columns_name(column: str, seconds: float | None) -> None:
    assert quantities.seconds_in(column) == seconds


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        *(("10mg", 10, "mg"), ("1,200 mg", 1200, "mg"), ("1g", 1000, "mg"), ("500 µg", 500, "mcg"), ("7,5", 7.5, "")),
        *(("2,000 IU", 2000, "unit"), ("½ tablet", 0.5, "tablet"), ("1/2 tab", 0.5, "tablet"), ("2x10mg", 20, "mg")),
        *(("1½ tablets", 1.5, "tablet"), ("1'200 mg", 1200, "mg"), ("1\u202f200 mg", 1200, "mg"), ("3 gtt", 3, "drop")),
    ],
)
def test_a_dose_with_its_unit(text: str, value: float, unit: str) -> None:
    assert quantities.amount(text, Marks("", ".")) == quantities.Amount(value, unit)


@pytest.mark.parametrize(
    "text",
    ["1,250 mg", "1.200 mg", "10 foo", "-5", "10-20 mg", "10 mg/5 ml", "2 500 mg", "1e3", "10^18", "9" * 19, "10²"],
)
def test_a_dose_that_is_not_certain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        quantities.amount(text, Marks("", "."))


@pytest.mark.parametrize(
    ("numbers", "delimiter", "text", "value"),
    [
        (["7.5", "3"], ";", "1,250", 1250),
        (["7,5", "3"], ",", "1.250", 1250),
        (["7,5"], ";", "1,125", 1.125),
        (["0.125"], ",", "1.125", 1.125),
        (["3"], ";", "1.200", 1200),
        (["1,234,567"], ",", "1,234,567", 1234567),
        (["1.234,5"], ";", "1.234,5", 1234.5),
    ],
)
def test_the_mark_of_decimals_is_that_of_the_file(numbers: list[str], delimiter: str, text: str, value: float) -> None:
    assert quantities.number(text, quantities.marks_of(numbers, delimiter)) == value


@pytest.mark.parametrize(
    ("numbers", "delimiter", "text"),
    [
        (["3"], ",", "1.250"),
        (["0,5"], ",", "2,000"),
        (["0.5"], ",", "2.000"),
        (["0,5"], ",", "1,125"),
        (["7.5", "7,5"], ",", "1,200"),
        (["3"], ";", "1,200"),
        (["7.5"], ",", "7,5"),
    ],
)
def test_where_the_file_does_not_tell_the_mark_the_number_is_refused(
    numbers: list[str], delimiter: str, text: str
) -> None:
    with pytest.raises(ValueError, match=r"may be|another mark"):
        quantities.number(text, quantities.marks_of(numbers, delimiter))


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("7/10", 7), ("7,5", 7.5), ("70%", 7), ("3 of 10", 3)])
def test_a_severity(text: str, value: float) -> None:
    assert quantities.severity(text) == value


@pytest.mark.parametrize("text", ["4/5", "7-8", "8-Jul", "11", "eleven", "-1", "7.5.1", "1e18"])
def test_a_severity_that_is_not_certain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        quantities.severity(text)


def test_severities_of_another_scale_are_not_taken_as_of_ten(tmp_path: Path) -> None:
    said = {"When": "at", "Pain": "severity"}
    items = imported(tmp_path, "When,Pain\n2026-01-01 10:00,7\n2026-01-02 10:00,70\n2026-01-03 10:00,45\n", said)
    assert all(isinstance(item, ValueError) for item in items)
    with pytest.raises(UsageError, match="another number than ten"):
        imported(tmp_path, "When,Pain (1-5)\n2026-01-01 10:00,4\n", {"When": "at", "Pain (1-5)": "severity"})
    assert entry(tmp_path, "When,VAS 0-100\n2026-01-01,45\n", {"When": "at", "VAS 0-100": "severity"}).severity == 4.5


# ---- days and times ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("2024-03-09 21:41", "2024/03/09 9:41 PM", "9 Mar 2024, 21:41", "Saturday, March 9, 2024 9:41 PM"),
        *("09-Mar-24 21:41", "9. März 2024 21:41 Uhr", "9 mars 2024 à 21h41", "March 9th, 2024 at 9:41 p.m."),
        *("Sat Mar  9 21:41:00 2024", "45360.9034722222", "202403092141", "20240309T214100", "2024.03.09. 21:41"),
        *(
            "Sat Mar 09 2024 21:41:00 GMT+0000 (Greenwich Mean Time)",
            "1710020460",
            "1710020460000",
            "9 Mar 2024 9:41pm",
        ),
        *("2024-03-09T21:41:00.123Z", "2024-03-09 22:41 CET", "2024-03-09 16:41 EST", "2024-03-09 22:41 Europe/Berlin"),
        "Sat, 09 Mar 2024 21:41:00 +0000",
    ],
)
def test_a_time_in_one_cell(text: str) -> None:
    at, timed = dates.moment(dates.when(text, Habits()), LONDON)
    assert timed
    assert at.replace(second=0, microsecond=0) == datetime(2024, 3, 9, 21, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2024", "9 Mar", "March 2024", "yesterday", "2024-02-30", "2024-W10-6", "1.71201E+12", "731703712", "9/3"),
        *("Monday, March 9, 2024", "2024-03-09 21:41 CST", "2024-03-09 25:00", "2024-03-09T24:00", "2024/13/03"),
        *("2024-03-09 10:00-11:00", "9 Mar 2024 10:00-11:00", "45360.9"),
        *("9 Mar 2024 13:00 AM", "9 Mar 2024 9", "2024-03-09 21:41 XYZ", "2024-03-09 21:41 +19:00", "03/04/2024"),
    ],
)
def test_a_time_that_is_not_certain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dates.when(text, Habits(()))


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/02/2026", "3/4/2026"], "dmy"),
        (["3/19/24, 9:41 PM", "2024-03-09"], "mdy"),
        (["Wednesday 03/04/2026"], "mdy"),
        (["24.10.22", "1.2.22"], "dmy"),
        (["31/12/99"], "dmy"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(texts: list[str], order: str) -> None:
    assert dates.habits_of(texts).orders == (order,)


@pytest.mark.parametrize("texts", [["03/04/2026"], ["13/02/2026", "02/13/2026"], ["24-03-09"]])
def test_where_the_column_does_not_tell_the_order_it_is_asked_for(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="day first or month first"):
        dates.habits_of(texts)


def test_a_clock_of_twelve_hours_without_its_half_is_refused() -> None:
    habits = Habits(("dmy",), twelve=True)
    assert dates.time_of_day("9:41 PM", habits)[0] == time(21, 41)
    assert dates.time_of_day("21:41", habits)[0] == time(21, 41)
    with pytest.raises(ValueError, match="neither AM nor PM"):
        dates.time_of_day("9:41", habits)


@pytest.mark.parametrize("word", ["mid", "am", "evening", "unknown", "-"])
def test_a_day_without_a_time_stays_a_day(word: str, tmp_path: Path) -> None:
    columns = {"Date": "date", "Time": "time", "Pain": "severity"}
    item = entry(tmp_path, f"Date,Time,Pain\n2026-01-05,{word},5\n", columns)
    assert item.unsure == ("at",)
    assert (item.at.date().isoformat(), item.at.hour) == ("2026-01-05", 12)


@pytest.mark.parametrize(
    "text",
    [
        *("1712-01-01 23:45", "2126-03-12 11:00", "0001-01-01", "9999-12-31 23:59", "1899-12-30", "1970-01-01 00:00"),
        *("2026-03-20", "1900-01-01"),
    ],
)
def test_years_that_cannot_be_are_refused_by_line(text: str, tmp_path: Path) -> None:
    items = imported(tmp_path, f"When,Pain\n{text},5\n2026-03-10 10:00,6\n", {"When": "at", "Pain": "severity"})
    assert isinstance(items[0], ValueError)
    assert isinstance(items[1], Entry)


def test_a_column_in_utc_is_told_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    text = "UTC Time,Time Zone,Pain\n2024-07-07 11:40:00,America/New_York,5\n"
    item = entry(tmp_path, text, {"UTC Time": "at", "Pain": "severity"})
    assert item.at == datetime(2024, 7, 7, 11, 40, tzinfo=UTC)
    assert item.at.hour == 7
    assert entry(tmp_path, "When,Pain\n1720352400000,5\n", {"When": "at", "Pain": "severity"}).at.hour == 12


def test_offsets_in_a_column_of_their_own(tmp_path: Path) -> None:
    text = "Started,Start UTC Offset (min),Pain\n2024-07-07 11:40,-240,5\n"
    item = entry(tmp_path, text, {"Started": "at", "Pain": "severity"})
    assert item.at.isoformat() == "2024-07-07T11:40:00-04:00"
    bad = imported(tmp_path, text.replace("-240", "CST?"), {"Started": "at", "Pain": "severity"})
    assert isinstance(bad[0], ValueError)


def test_beginning_and_end_are_a_duration(tmp_path: Path) -> None:
    columns = {"Datum": "date", "Uhrzeit": "time", "bis": "end", "Pain": "severity"}
    text = "Datum;Uhrzeit;bis;Pain\n24.10.2022;08:37;11:06;5\n24.10.2022;23:50;0:10;5\n25.10.2022;08:00;;5\n"
    found = [item.duration_s for item in imported(tmp_path, text, columns) if isinstance(item, Entry)]
    assert found == [8940.0, 1200.0, None]
    wrong = imported(tmp_path, "S,E,D,P\n2024-01-01 10:00,2024-01-01 11:00,5,5\n", _ENDS)
    assert "from its beginning to its end" in str(wrong[0])
    assert "half a day" in str(imported(tmp_path, "S,E,D,P\n2024-01-01 10:00,09:00,,5\n", _ENDS)[0])
    assert "ends before" in str(imported(tmp_path, "S,E,D,P\n2024-01-01 10:00,2023-12-31 11:00,,5\n", _ENDS)[0])


_ENDS = {"S": "at", "E": "end", "D": "duration_min", "P": "severity"}


# ---- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "side", "locations"),
    [
        *(("Legs", "", ["both legs"]), ("L leg", "", ["left leg"]), ("Leg, Left", "", ["left leg"])),
        *(("Left Leg & Right Arm", "", ["left leg", "right arm"]), ("calf (R)", "", ["right calf"])),
        *(("Leg", "Left", ["left leg"]), ("Left", "Leg", ["left leg"]), ("Leg", "L/R", ["both legs"])),
        *(("LLE", "", ["left leg"]), ("B/L legs", "", ["both legs"]), ("calf, left side", "", ["left calf"])),
        *(("Lower Back; Neck", "", ["lower back", "neck"]), ("L/R leg", "", ["left leg", "right leg"])),
        *(("Leg; Arm", "Left", ["left leg", "left arm"]), ('["leg","arm"]', "", ["leg", "arm"])),
        *(("Lower Leg (L)", "", ["left calf"]), ("hands", "right", ["right hand"]), ("belly", "", ["abdomen"])),
    ],
)
def test_parts_and_sides(part: str, side: str, locations: list[str]) -> None:
    found = places(part, side)
    assert list(found.locations) == locations
    assert not found.unknown


def test_parts_that_are_not_known_are_kept_and_told() -> None:
    found = places("linker Fuß, left leg")
    assert (found.locations, found.unknown) == (("linker fuß", "left leg"), ("linker fuß",))


@pytest.mark.parametrize(("part", "side"), [("left leg", "right"), ("leg; arm", "left; right")])
def test_sides_that_do_not_fit_are_refused(part: str, side: str) -> None:
    with pytest.raises(ValueError, match="side"):
        places(part, side)


@pytest.mark.parametrize(
    ("name", "dose", "said"),
    [
        ("Baclofen", "10mg", ("baclofen", 10, "mg")),
        ("Lioresal", "10", ("baclofen", 10, None)),
        ("Baclofen 10mg", "1", ("baclofen", 1, "tablet")),
        ("Baclofen 10mg", "", ("baclofen", 10, "mg")),
        ("Baclofen 10 mg tablets", "20 mg", ("baclofen", 20, "mg")),
        ("Baclofen 10mg", "10", ("baclofen", 10, "mg")),
        ("2 x Baclofen 10mg", "", ("baclofen", 20, "mg")),
        ("Tylenol", "1g", ("paracetamol", 1000, "mg")),
        ("Fampyra", "10 mg", ("fampyra", 10, "mg")),
        ("Baclofen (Lioresal)", "10 mg x 2", ("baclofen", 20, "mg")),
        ("Tegretol XR", "200 mg", ("carbamazepine", 200, "mg")),
        ("Vitamin B12 1000 mcg", "", ("vitamin b12", 1000, "mcg")),
    ],
)
def test_a_medication_and_its_dose(name: str, dose: str, said: tuple[str, float, str | None], tmp_path: Path) -> None:
    columns = {"When": "at", "Medication": "medication", "Dose": "dose"}
    item = entry(tmp_path, f"When,Medication,Dose\n2026-03-14 09:00,{name},{dose}\n", columns)
    assert (item.kind, item.medication, item.dose, item.unit) == ("medication", *said)


@pytest.mark.parametrize(
    ("name", "dose"), [("Baclofen 10mg", "30"), ("Baclofen 10mg twice daily", ""), ("A 1mg; B 2mg", "3"), ("", "10 mg")]
)
def test_a_dose_that_is_not_certain_is_refused_with_its_row(name: str, dose: str, tmp_path: Path) -> None:
    columns = {"When": "at", "Medication": "medication", "Dose": "dose"}
    (item,) = imported(tmp_path, f"When,Medication,Dose\n2026-03-14 09:00,{name},{dose}\n", columns)
    assert isinstance(item, ValueError)


def test_a_unit_of_a_column_or_of_a_columns_name(tmp_path: Path) -> None:
    columns = {"When": "at", "Med": "medication", "Dose (mcg)": "dose"}
    item = entry(tmp_path, "When,Med,Dose (mcg)\n2026-03-14,Baclofen,500\n", columns)
    assert (item.dose, item.unit) == (500, "mcg")
    columns = {"When": "at", "Med": "medication", "Dose": "dose", "Unit": "unit"}
    item = entry(tmp_path, "When,Med,Dose,Unit\n2026-03-14,Baclofen,2,Tabs\n", columns)
    assert (item.dose, item.unit) == (2, "tablet")
    bad = imported(tmp_path, "When,Med,Dose,Unit\n2026-03-14,Baclofen,2,parsecs\n", columns)
    assert isinstance(bad[0], ValueError)


def test_a_row_with_an_attack_and_a_medication_is_two_entries(tmp_path: Path) -> None:
    text = "Date,Pain,Med,Note\n2024-01-15,7,Baclofen 10mg,stress\n2024-01-16,,Ibuprofen 800mg,\n2024-01-17,3,None,\n"
    columns = {"Date": "date", "Pain": "severity", "Med": "medication", "Note": "note"}
    for kind in (None, "spasm"):
        found = [item for item in imported(tmp_path, text, columns, kind=kind) if isinstance(item, Entry)]
        said = [(item.kind, item.severity, item.medication, item.dose, item.note) for item in found]
        assert said == [
            ("spasm", 7, None, None, "stress"),
            ("medication", None, "baclofen", 10, None),
            ("medication", None, "ibuprofen", 800, None),
            ("spasm", 3, None, None, None),
        ]
        assert len({item.id for item in found}) == 4


def test_rows_that_do_not_tell_are_of_the_kind_that_was_said(tmp_path: Path) -> None:
    text = "When,Note\n2024-07-07 11:40,after waking\n2024-12-04 03:21,\n"
    found = imported(tmp_path, text, {"When": "at", "Note": "note"}, kind="spasm")
    assert [(e.kind, e.note) for e in found if isinstance(e, Entry)] == [("spasm", "after waking"), ("spasm", None)]


def test_several_symptoms_are_entries_of_their_own(tmp_path: Path) -> None:
    two = '"Nausea, Tiredness"'
    text = f'When,Pain,Symptoms\n2026-01-05,7,"Spasm; Stiffness"\n2026-01-06,,{two}\n2026-01-07,5,{two}\n'
    columns = {"When": "at", "Pain": "severity", "Symptoms": "symptom"}
    one, sick, tired, both = imported(tmp_path, text, columns)
    said = [
        (each.kind, each.type, each.symptom, each.severity) for each in (one, sick, tired) if isinstance(each, Entry)
    ]
    assert said == [
        ("spasm", "stiffness", None, 7),
        ("symptom", None, "nausea", None),
        ("symptom", None, "fatigue", None),
    ]
    assert "several symptoms" in str(both)


def test_words_of_other_programs_are_those_of_the_diary(tmp_path: Path) -> None:
    text = 'When,Pain,Trigger,Symptoms\n2026-01-05,Severe,"Stress, Cold weather",\n2026-01-06,,,Tiredness\n'
    columns = {"When": "at", "Pain": "severity", "Trigger": "triggers", "Symptoms": "symptom"}
    bad, tired = imported(tmp_path, text, columns)
    assert isinstance(bad, Entry)
    assert isinstance(tired, Entry)
    assert (bad.intensity, bad.triggers) == ("severe", ("stress", "cold"))
    assert (tired.kind, tired.symptom) == ("symptom", "fatigue")


# ---- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    data = "Datum;Stärke;Ort\r\n24.10.2022;7,5;linker Fuß\r\n".encode(encoding)
    item = entry(tmp_path, data, {"Datum": "date", "Stärke": "severity", "Ort": "locations"})
    assert (item.severity, item.locations) == (7.5, ("linker fuß",))


@pytest.mark.parametrize("encoding", ["cp1251", "cp437", "mac_roman"])
def test_an_encoding_that_cannot_be_told_is_asked_for(encoding: str, tmp_path: Path) -> None:
    word = "судорога в ноге" if encoding == "cp1251" else "Krämpfe im linken Fuß und müde"
    data = f"When,Note\n2026-01-05,{word}\n".encode(encoding)
    columns = {"When": "at", "Note": "note"}
    with pytest.raises(UsageError, match="--encoding"):
        imported(tmp_path, data, columns)
    assert entry(tmp_path, data, columns, encoding=encoding).note == word


def test_bytes_that_are_no_text_refuse_their_row_only(tmp_path: Path) -> None:
    data = "When,Note\n2026-01-05,Füße\n".encode() + b"2026-01-06,F\xfc\xdfe\n"
    good, bad = imported(tmp_path, data, {"When": "at", "Note": "note"})
    assert isinstance(good, Entry)
    assert "UTF-8" in str(bad)


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nWhen;Pain\n2026-01-05;7\n",
        "My diary\n\nWhen,Pain\n2026-01-05,7\n",
        '"Date","Note"\n"none","x"\n\n"#","When","Pain","Where"\n"1","2026-01-05","7",""\n',
        "When\tPain\r2026-01-05\t7\r",
        "\ufeffWhen,Pain,\n2026-01-05,7,\n,,\n",
        " when , PAIN \n2026-01-05,7\n",
        'When, Pain\n"2026-01-05", "7"\n',
    ],
)
def test_layouts(text: str, tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    ran = voicelog("import", path, "--map", "When=at", "--map", "Pain=severity")
    assert (ran.status, ran.err) == (0, "1 entry added.\n")
    assert [line["severity"] for line in voicelog("export", "--json").lines] == [7]


def test_a_file_without_names_is_mapped_by_numbers(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("2026-01-05 10:00,7,left leg\n2026-01-06 10:00,5,back\n")
    asked = voicelog("import", path)
    assert asked.status == 2
    assert "column 1: 2026-01-05 10:00" in asked.err
    assert voicelog("import", path, "--map", "1=at", "--map", "2=severity", "--map", "3=locations").status == 0
    assert [line["severity"] for line in voicelog("export", "--json").lines] == [7, 5]


def test_rows_that_do_not_fit_the_columns_are_refused(tmp_path: Path) -> None:
    columns = {"When": "at", "Pain": "severity", "Note": "note"}
    text = 'When,Pain,Note\n2026-01-05,7,5,x\n2026-01-06,"7,a\n2026-01-07,6,"y"\n2026-01-08,5,"z" z\n2026-01-09,1'
    bad, open_, good, odd, short = imported(tmp_path, text, columns)
    assert "4 cells for 3 columns" in str(bad)
    assert "quotation mark" in str(open_)
    assert isinstance(good, Entry)
    assert "quotation mark" in str(odd)
    assert "ends in the middle" in str(short)


@pytest.mark.parametrize("start", [b"PK\x03\x04x", b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b"\x00\x01\x02\x03" * 99, b""])
def test_other_files_are_said_to_be_such(start: bytes, tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(start)
    ran = voicelog("import", path, "--map", "a=at")
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_two_columns_for_one_field_are_joined_or_refused(tmp_path: Path) -> None:
    text = "When,Pain,Worst,Where,Side,A,B\n2026-01-05,5,7,Leg,Left,one,two\n"
    item = entry(tmp_path, text, {"When": "at", "Where": "locations", "Side": "locations", "A": "note", "B": "note"})
    assert (item.locations, item.note) == (("left leg",), "one; two")
    with pytest.raises(UsageError, match='"Pain", "Worst" are both to be "severity"'):
        imported(tmp_path, text, {"When": "at", "Pain": "severity", "Worst": "severity"})


def test_a_unit_against_the_columns_name_is_refused(tmp_path: Path) -> None:
    text = "When,Duration (hours)\n2026-01-05,4.25\n"
    with pytest.raises(UsageError, match="duration_h"):
        imported(tmp_path, text, {"When": "at", "Duration (hours)": "duration_min"})


# ---- the command ---------------------------------------------------------------------------------------------------

TRACKER = (
    "\ufeffDate,Start Time,End Time,Duration (hours),Pain Level,Category,Medication,Notes\n"
    "2024-01-15,14:30,18:45,4.25,7,Moderate,Baclofen 10mg,stress\n2024-01-20,09:00,,,8,Severe,,\n"
)


def test_what_it_advises_works(tmp_path: Path, voicelog: Run) -> None:
    import shlex

    path = tmp_path / "x.csv"
    path.write_text(TRACKER, encoding="utf-8")
    asked = voicelog("import", path)
    assert asked.status == 2
    maps = shlex.split(asked.err.split("likely: ")[1])
    ran = voicelog("import", path, *maps)
    assert (ran.status, ran.err) == (0, "3 entries added.\n")
    first = voicelog("export", "--json").lines[0]
    assert (str(first["at"])[:16], first["duration_s"], first["severity"]) == ("2024-01-15T14:30", 15300, 7)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ('Timestamp,How bad was it? (0-10),Where?\n2024/03/09 9:41:00 PM GMT+1,7,"Left leg;Right leg"\n', 1),
        ('"Date","From","To","Duration","Description"\n"2024-03-09","23:50","00:10","1200",""\n', 1),
        ("startDate,endDate,value\n2024-03-09 21:30:00 +0100,2024-03-09 21:35:00 +0100,7\n", 1),
        ("Dose,Observed,Pain's level\n5,9 Mar 2024 10:00,7\n", 1),
        ("Datum;Zeit;Schmerz;Medikament;Dosis\n09.03.2024;21:41;7,5;Baclofen;12,5 mg\n", 2),
    ],
)
def test_what_it_advises_reads_every_row(text: str, entries: int, tmp_path: Path, voicelog: Run) -> None:
    import shlex

    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    asked = voicelog("import", path)
    assert asked.status == 2
    ran = voicelog("import", path, *shlex.split(asked.err.split("likely: ")[1]))
    assert (ran.status, ran.err.split()[0]) == (0, str(entries))


def test_columns_named_as_export_names_them_need_no_mapping(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("at,severity,locations,duration_s\n2026-01-05T10:00:00+00:00,7,left leg; back,90\n")
    assert voicelog("import", path).status == 0
    line = voicelog("export", "--json").lines[0]
    assert (line["severity"], line["locations"], line["duration_s"]) == (7, ["left leg", "back"], 90)


def test_the_same_file_adds_nothing_whatever_its_program_added(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("When,Pain\n2026-01-05 10:00,7\n2026-01-05 10:00,7\n2026-01-06,5\n")
    maps = ("--map", "When=at", "--map", "Pain=severity")
    assert voicelog("import", path, *maps).err == "3 entries added.\n"
    assert voicelog("import", path, *maps).err == "0 entries added, 3 were there already.\n"
    path.write_text("Mood,When,Pain,Note\nx,2026-01-05 10:00,7,a\ny,2026-01-05 10:00,7,b\nz,2026-01-06,5,\n")
    assert voicelog("import", path, *maps).err == "0 entries added, 3 were there already.\n"
    assert voicelog("import", path, *maps, "--map", "Note=note").err == "0 entries added, 3 were there already.\n"
    path.write_text(path.read_text() + "q,2026-01-06,5,c\n")
    assert "1 entry added, 3 were there already." in voicelog("import", path, *maps, "--map", "Note=note").err


def test_an_id_given_twice_is_no_entry_lost_in_silence(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    maps = ("--map", "n=id", "--map", "When=at", "--map", "Pain=severity")
    path.write_text("n,When,Pain\n1,2026-01-05 10:00,7\n1,2026-01-06 10:00,6\n")
    assert voicelog("import", path, *maps).err == "2 entries added.\n"
    other = tmp_path / "y.csv"
    other.write_text("n,When,Pain\n6f1a-4b52-9c1d-aa,2026-02-05 10:00,7\n6f1a-4b52-9c1d-aa,2026-02-06 10:00,6\n")
    ran = voicelog("import", other, *maps)
    assert ran.status == 1
    assert "it has the id of line 2 and says something else" in ran.err


def test_a_dry_run_shows_and_changes_nothing(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("When,Pain,Med\n2026-01-05,7,Baclofen 10mg\n2026-01-06,70,\n")
    maps = ("--map", "When=at", "--map", "Pain=severity", "--map", "Med=medication")
    ran = voicelog("import", path, "--dry-run", *maps)
    assert ran.status == 1
    assert "baclofen" in ran.out
    assert "x.csv, line 3: " in ran.err
    assert "Nothing was changed" in ran.err
    told = voicelog("import", path, "--dry-run", "--json", *maps).lines
    assert [line["event"] for line in told][-1] == "dry run"
    assert voicelog("export", "--json").lines == []
    assert list(tmp_path.glob("**/*.backups")) == []


def test_an_import_can_be_taken_back_and_done_again(tmp_path: Path, voicelog: Run, kept: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("When,Pain\n2026-01-05 10:00,7\n2026-01-06 10:00,5\n")
    maps = ("--map", "When=at", "--map", "Pain=severity")
    first = voicelog("import", path, *maps, "--json")
    backup = Path(str(first.lines[0]["backup"]))
    with open_diary(backup) as before:
        assert before.count() == 2
    assert len(voicelog("export", "--json").lines) == 4
    undone = voicelog("import", "--undo", "--json")
    assert undone.lines == [{"event": "import undone", "removed": 2, "kept": 0, "source": "x.csv"}]
    assert [line["id"] for line in voicelog("export", "--json").lines] == ["abc1", "abd2"]
    assert voicelog("import", "--undo").status == 1
    assert "2 entries added." in voicelog("import", path, *maps).err
    assert voicelog("import", path, *maps).err.startswith("0 entries added, 2 were there already")
    assert voicelog("import", "--undo").status == 0
    assert len(voicelog("export", "--json").lines) == 2


def test_what_was_changed_since_stays_when_an_import_is_taken_back(tmp_path: Path, voicelog: Run) -> None:
    from voicelog.core.entry import Change

    path, db = tmp_path / "x.csv", tmp_path / "d.db"
    path.write_text("When,Pain\n2026-01-05 10:00,7\n2026-01-06 10:00,5\n")
    voicelog("import", path, "--map", "When=at", "--map", "Pain=severity", db=db)
    with open_diary(db) as diary:
        entry = next(iter(diary.entries()))
        diary.write(Change("c", "change", entry, entry.with_fields(severity=6.0), NOW, "no six"))
    assert "1 changed or removed since" in voicelog("import", "--undo", db=db).err
    assert [line["severity"] for line in voicelog("export", "--json", db=db).lines] == [6]


def test_numbers_beyond_any_diary_are_refused_in_json_too(tmp_path: Path, voicelog: Run) -> None:
    good = {"id": "a", "kind": "spasm", "at": "2026-01-05T10:00:00+00:00", "logged_at": "2026-01-05T10:00:00+00:00"}
    years: list[dict[str, object]] = [{"at": "0001-01-05T10:00:00+00:00"}, {"at": "9999-12-31T23:59:59+00:00"}]
    odd: list[dict[str, object]] = [{"duration_s": 1e18}, *years]
    path = tmp_path / "x.json"
    path.write_text(
        "[\n" + ",\n".join(json.dumps(good | {"id": str(n)} | each) for n, each in enumerate(odd)) + "\n]\n"
    )
    ran = voicelog("import", path)
    assert (ran.status, ran.err.count("x.json, line ")) == (1, 3)
    assert "0 entries added, 3 could not be read." in ran.err


def test_an_own_file_saved_by_a_spreadsheet_is_not_misread(tmp_path: Path, voicelog: Run, kept: Path) -> None:
    out = tmp_path / "out.csv"
    voicelog("export", "--format", "csv", "-o", out)
    text = out.read_text(encoding="utf-8-sig").replace(",6,", ',"1,200",')
    out.write_text(text, encoding="utf-8")
    ran = voicelog("import", out, db=tmp_path / "new.db")
    assert ran.status == 1
    assert "may be two numbers" in ran.err


def test_the_form_of_dates_that_it_advises_reads_the_file(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text('When,Pain\n"3-4-24 10:15",7\n"3-5-24",5\n2024-06-01 09:00,4\n')
    maps = ("--map", "When=at", "--map", "Pain=severity")
    asked = voicelog("import", path, *maps)
    assert asked.status == 2
    form = asked.err.split("--date-format '")[1].split("'")[0]
    assert form == "%d-%m-%y"
    ran = voicelog("import", path, *maps, "--date-format", "%m-%d-%y")
    assert (ran.status, ran.err) == (0, "3 entries added.\n")
    path.write_text('When,Pain\n"Mon 3-4-24 10:15",7\n')
    assert voicelog("import", path, *maps).status == 0  # the weekday tells
    wrong = voicelog("import", path, *maps, "--date-format", form)
    assert "that day was a Wednesday" in wrong.err


def test_a_column_that_says_utc_in_its_name(tmp_path: Path) -> None:
    item = entry(tmp_path, "created_at_utc,Pain\n2024-07-07 11:40,5\n", {"created_at_utc": "at", "Pain": "severity"})
    assert item.at.isoformat() == "2024-07-07T12:40:00+01:00"


def test_now_is_the_end_of_what_can_have_happened(tmp_path: Path, voicelog: Run) -> None:
    path = tmp_path / "x.csv"
    soon = (NOW + timedelta(hours=2)).isoformat()
    path.write_text(f"When,Pain\n{soon},5\n2026-04-14,6\n")
    ran = voicelog("import", path, "--map", "When=at", "--map", "Pain=severity", "--now", NOW.isoformat())
    assert "line 3: 2026-04-14 is in the future" in ran.err
    assert "1 entry added" in ran.err
