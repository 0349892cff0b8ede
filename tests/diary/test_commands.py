"""The commands, run as a person would, and none of them on the network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from tests.diary.making import NOON, save, spasm
from voicelog.app.cli.main import run
from voicelog.core.entry import Change
from voicelog.diary import open_diary


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def voicelog(path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("sys.stdin", StringIO())

    def call(command: str, *args: str | Path, db: Path = path) -> Ran:
        status = run([command, "--db", str(db), *map(str, args)])
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return call


@pytest.fixture
def kept(path: Path) -> Path:
    with open_diary(path) as diary:
        entry = spasm("abc1", severity=8.0, locations=("left leg",), note="=1+1")
        diary.write(save(entry))
        diary.write(Change("2", "change", entry, entry.with_fields(severity=6.0), NOON, "no six"))
        diary.write(save(spasm("abd2", 60 * 24 * 40, note="ü")))
    return path


@pytest.mark.parametrize("form", ["json", "csv", "fhir", "ics"])
def test_export_to_standard_output_and_to_a_file_are_the_same(
    voicelog: Run, kept: Path, tmp_path: Path, form: str
) -> None:
    shown = voicelog("export", "--format", form)
    saved = voicelog("export", "--format", form, "-o", tmp_path / "out")
    assert (shown.status, shown.err, saved.status, saved.out) == (0, "", 0, "")
    assert (tmp_path / "out").read_bytes().decode() == shown.out
    assert "2 entries written" in saved.err
    if os.name == "posix":
        assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_export_of_a_stretch_of_time(voicelog: Run, kept: Path) -> None:
    assert [line["id"] for line in voicelog("export", "--json", "--until", "2026-03-01").lines] == ["abc1"]
    assert [line["id"] for line in voicelog("export", "--json", "--since", "2026-03-02").lines] == ["abd2"]
    now = ("--now", "2026-04-15T12:00:00+00:00")
    assert [line["id"] for line in voicelog("export", "--json", "--since", "10 days", *now).lines] == ["abd2"]
    bad = voicelog("export", "--since", "someday")
    assert (bad.status, bad.out) == (2, "")
    assert "is no time such as" in bad.err


def test_import_twice_adds_nothing(voicelog: Run, kept: Path, tmp_path: Path) -> None:
    for form in ("json", "csv"):
        out = tmp_path / f"out.{form}"
        voicelog("export", "--format", form, "-o", out)
        first = voicelog("import", out, "--json", db=tmp_path / f"{form}.db")
        assert first.lines == [{"event": "imported", "added": 2, "known": 0, "differing": 0, "bad": []}]
        second = voicelog("import", out, db=tmp_path / f"{form}.db")
        assert (second.status, second.err) == (0, "0 entries added, 2 were there already.\n")


def test_import_tells_what_is_wrong_and_does_the_rest(voicelog: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text("[\n{},\n" + json.dumps(spasm().to_json()) + "\n]\n")
    ran = voicelog("import", file)
    assert ran.status == 1
    assert "in.json, line 2" in ran.err
    assert "1 entry added, 1 could not be read." in ran.err


def test_import_of_a_foreign_table_asks_for_the_mapping(voicelog: Run, tmp_path: Path) -> None:
    file = tmp_path / "pain.csv"
    file.write_text("Date,Pain\n2026-01-05,7\n")
    ran = voicelog("import", file)
    assert ran.status == 2
    assert "--map 'Date=date' --map 'Pain=severity'" in ran.err
    ran = voicelog("import", file, "--map", "Date=date", "--map", "Pain=severity")
    assert (ran.status, ran.err) == (0, "1 entry added.\n")
    assert voicelog("import", tmp_path / "none.csv").status == 2
    (tmp_path / "x.bin").write_bytes(os.urandom(999))
    assert voicelog("import", tmp_path / "x.bin").status == 2


def test_history(voicelog: Run, kept: Path) -> None:
    ran = voicelog("history", "abc")
    assert ran.out.splitlines()[1] == '2026-03-01 12:00:00 change ("no six"): severity: 8 → 6'
    assert [line["op"] for line in voicelog("history", "abc1", "--json").lines] == ["save", "change"]
    assert voicelog("history", "ab").status == 2
    none = voicelog("history", "zz")
    assert (none.status, none.out) == (1, "")


def test_backup_and_restore(voicelog: Run, kept: Path) -> None:
    made = voicelog("backup", "--json").lines[0]
    assert (made["event"], made["entries"]) == ("backed up", 2)
    with open_diary(kept) as diary:
        diary.write(save(spasm("later")))
    assert str(made["file"]) in voicelog("restore", "--list").out
    refused = voicelog("restore")
    assert refused.status == 2
    assert "--yes" in refused.err
    assert voicelog("restore", "--yes").status == 0
    assert len(voicelog("export", "--json").lines) == 2
    with open_diary(kept) as diary:
        gone = diary.get("abd2")
        diary.connection.executescript("DELETE FROM entries WHERE id = 'abd2'; DELETE FROM entry_index WHERE seq = 2")
    assert "1 entry added" in voicelog("restore", "--missing").err
    with open_diary(kept) as diary:
        assert diary.get("abd2") == gone


def test_delete(voicelog: Run, kept: Path) -> None:
    voicelog("backup")
    assert voicelog("delete").status == 2
    assert voicelog("delete", "--all", "--before", "today").status == 2
    assert voicelog("delete", "--all").status == 2
    ran = voicelog("delete", "--before", "2026-03-15", "--yes")
    assert (ran.status, ran.err) == (0, "1 entry deleted for good.\n")
    assert len(voicelog("restore", "--list").out.splitlines()) == 1
    assert voicelog("delete", "--all", "--yes", "--json").lines == [{"event": "deleted", "entries": 1, "copies": 1}]
    assert voicelog("export", "--json").out == ""


def test_where_there_is_no_diary(voicelog: Run, path: Path) -> None:
    for command in (("export",), ("history", "a"), ("restore",)):
        ran = voicelog(*command)
        assert ran.status == 1
        assert ran.out == ""
        assert str(path) in ran.err


def commands(path: Path, folder: Path) -> list[list[str]]:
    db = ["--db", str(path)]
    out = folder / "out.json"
    return [
        ["export", *db, "-o", str(out)],
        *(["export", *db, "--format", form] for form in ("csv", "fhir", "ics")),
        ["import", *db, str(out)],
        ["history", *db, "abc1"],
        ["backup", *db],
        ["restore", *db, "--yes"],
        ["restore", *db, "--list"],
        ["delete", *db, "--all", "--yes"],
    ]


OFFLINE = """
import json, sys
def no_network(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        raise SystemExit(f"network: {event} {args}")
sys.addaudithook(no_network)
from voicelog.app.cli.main import run
for command in json.loads(sys.argv[1]):
    status = run(command)
    if status:
        raise SystemExit(f"{command}: {status}")
"""


def test_no_command_opens_a_connection(kept: Path, tmp_path: Path) -> None:
    listed = json.dumps(commands(kept, tmp_path))
    done = subprocess.run([sys.executable, "-c", OFFLINE, listed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_command_works_without_any_network(kept: Path, tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rn", "true"], check=False).returncode:
        pytest.skip("needs a network namespace")
    listed = json.dumps(commands(kept, tmp_path))
    command = ["unshare", "-rn", sys.executable, "-c", OFFLINE, listed]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
