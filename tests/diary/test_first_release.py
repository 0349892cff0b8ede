"""A diary as the first release wrote it (``tests/data/first_release``) opens whole, and its history still works."""

from __future__ import annotations

import gzip
import json
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from voicelog.app.cli.main import cli
from voicelog.converse.messages import Moment, Understood, Write
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.core.errors import DiaryError
from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder
from voicelog.diary.repair.backup import check_backup, restore
from voicelog.diary.repair.check import is_sound_throughout
from voicelog.diary.store.journal import journal_path
from voicelog.diary.store.opening import open_diary
from voicelog.diary.store.schema import show_all_fields

DATA = Path(__file__).parents[1] / "data" / "first_release"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "diary.db"
    copy.write_bytes(gzip.decompress((DATA / "diary.db.gz").read_bytes()))
    return copy


def exported(path: Path) -> list[dict[str, object]]:
    done = CliRunner().invoke(cli, ["export", "--db", str(path), "--format", "json"])
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout))


def test_it_is_read_whole_without_being_changed(path: Path) -> None:
    before = path.read_bytes()
    assert exported(path) == json.loads((DATA / "export.json").read_text(encoding="utf-8"))
    assert path.read_bytes() == before


def test_every_row_agrees_with_its_own_checksum(path: Path) -> None:
    conn = sqlite3.connect(path)
    show_all_fields(conn)
    assert is_sound_throughout(conn)
    conn.execute("UPDATE main.entries SET severity = 3 WHERE severity = 8")
    assert not is_sound_throughout(conn)
    conn.close()


def test_it_is_written_on(path: Path) -> None:
    with open_diary(path) as diary:
        assert diary.notices == []
    assert exported(path) == json.loads((DATA / "export.json").read_text(encoding="utf-8"))
    said = ["listen", "--from-text", "--no-speak", "--db", str(path), "--now", "2026-03-14T15:30:00+00:00"]
    done = CliRunner().invoke(cli, said, input="spasm over\nundo\nundo\nright leg spasm four\n")
    assert done.exit_code == 0, done.output
    kinds = [entry["kind"] for entry in exported(path)]
    assert kinds == ["spasm", "medication", "treatment", "symptom", "note", "spasm"]


def test_one_from_a_later_release_is_refused_and_left_alone(path: Path) -> None:
    conn = sqlite3.connect(path)
    with conn:
        name = f"later {uuid.uuid4().hex}"
        conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'voicelog.diary', ?, '2031-01-01')", (name,))
    conn.close()
    before = path.read_bytes()
    with pytest.raises(DiaryError, match="newer version"):
        open_diary(path)
    assert path.read_bytes() == before


KEYS = {"whole": None, "encrypted": "correct horse"}


@pytest.mark.parametrize("name", KEYS)
def test_with_history_and_journal(name: str, tmp_path: Path) -> None:
    """What the journal holds is taken in, the history is whole, and the last steps are taken back by voice."""
    if KEYS[name] is not None:
        pytest.importorskip("sqlcipher3")
    there = tmp_path / "diary.db"
    there.write_bytes(unpacked(f"{name}.db"))
    journal_path(there).write_bytes(unpacked(f"{name}.journal.jsonl"))
    with open_diary(there, key=KEYS[name]) as diary:
        assert [notice for notice in diary.notices if "journal" not in notice] == []
        entries = {entry.id: entry for entry in diary.entries()}
        assert list(entries) == ["a", "b", "e"]
        assert (entries["a"].severity, entries["a"].locations, entries["e"].severity) == (6.0, ("left leg",), 4.0)
        assert [change.id for change in diary.history("a")] == ["1", "3"]
        session = Session(
            ConverseSettings(),
            lambda: uuid.uuid4().hex,
            Replies.load(grammars_folder("en")),
            recent=diary.recent_changes(10)[::-1],
            running=diary.running(),
        )
        for step in range(4):
            understood = Understood(Meaning("undo", "undo", accepted=True))
            moment = Moment(datetime(2026, 3, 14, 16, step, tzinfo=UTC), 100.0 * step)
            for action in session.handle(understood, moment):
                if isinstance(action, Write):
                    diary.write(action.change)
        entries = {entry.id: entry for entry in diary.entries()}
        assert list(entries) == ["a", "b"]
        assert (entries["a"].severity, entries["a"].unsure) == (8.0, ("severity",))


def test_its_backup_is_restored(tmp_path: Path) -> None:
    there, backup = tmp_path / "diary.db", tmp_path / "kept.db"
    there.write_bytes(unpacked("whole.db"))
    backup.write_bytes(unpacked("whole.backup.db"))
    assert check_backup(backup) == 2
    restore(there, backup)
    with open_diary(there) as diary:
        assert diary.notices == []
        assert [entry.id for entry in diary.entries()] == ["a", "b"]


def unpacked(name: str) -> bytes:
    return gzip.decompress((DATA / f"{name}.gz").read_bytes())
