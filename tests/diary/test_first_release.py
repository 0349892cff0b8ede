"""A diary as the first release wrote it (``tests/data/first_release``) opens whole, and its history still works."""

from __future__ import annotations

import gzip
import json
import sqlite3
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner

from voicelog.app.cli.main import cli
from voicelog.core.errors import DiaryError
from voicelog.diary.repair.check import is_sound_throughout
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
