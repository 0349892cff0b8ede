from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.diary.making import NOON, save, spasm
from tests.diary.test_journal import locked
from voicelog.converse.messages import Filter, Journaled, Look
from voicelog.core.errors import DiaryError
from voicelog.core.settings import Settings
from voicelog.diary import open_diary, open_for
from voicelog.diary.privacy import passphrase as secret
from voicelog.diary.repair.backup import back_up, check_backup, restore
from voicelog.diary.repair.erase import erase
from voicelog.diary.store import driver

pytest.importorskip("sqlcipher3")
KEY = "correct horse 'battery' ☃"
WORDS = "unmistakable words"


@pytest.fixture
def encrypted(path: Path) -> Path:
    with open_diary(path, key=KEY) as diary:
        diary.write(save(spasm(note=WORDS, severity=8.0, locations=("left leg",))))
    return path


def test_everything_works_the_same(encrypted: Path) -> None:
    with open_diary(encrypted, key=KEY) as diary:
        assert diary.notices == []
        assert diary.look(Look(Filter(text="unmistakable", locations=("leg",)))).count == 1
        assert diary.history("a")[0].words == "bad spasm"
        diary.keep_unclear("blah", NOON)
        kept = back_up(encrypted, KEY)
        assert check_backup(kept, KEY) == 1
        erase(diary, None)
        assert diary.count() == 0
    with open_diary(encrypted, key=KEY) as diary:
        diary.write(save(spasm("b")))
        kept = back_up(encrypted, KEY)
    restore(encrypted, kept, KEY)
    with open_diary(encrypted, read_only=True, key=KEY) as diary:
        assert [entry.id for entry in diary.entries()] == ["b"]


def test_nothing_can_be_read_without_the_passphrase(encrypted: Path) -> None:
    back_up(encrypted, KEY)
    other = sqlite3.connect(encrypted)
    with open_diary(encrypted, key=KEY, wait_s=0.1) as diary:
        lock = driver.cipher().connect(str(encrypted), isolation_level=None)
        lock.execute("PRAGMA key = '" + KEY.replace("'", "''") + "'")
        lock.execute("BEGIN IMMEDIATE")
        assert isinstance(diary.write(save(spasm("b", note=WORDS))), Journaled)
        lock.execute("ROLLBACK")
        lock.close()
        for file in encrypted.parent.rglob("*"):
            assert file.is_dir() or WORDS.encode() not in file.read_bytes()
        assert diary.take_in() == 1
        assert diary.get("b") is not None
    with pytest.raises(sqlite3.DatabaseError):
        other.execute("SELECT * FROM entries")
    other.close()


@pytest.mark.parametrize("key", [None, "wrong"])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_wrong_passphrase_is_refused_and_nothing_changed(
    encrypted: Path, key: str | None, read_only: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    before = encrypted.read_bytes()
    with pytest.raises(DiaryError, match="passphrase"):
        open_diary(encrypted, key=key, read_only=read_only)
    # The cipher's library keeps quiet too.
    assert capfd.readouterr() == ("", "")
    assert encrypted.read_bytes() == before
    assert not list(encrypted.parent.glob("*damaged*"))


def test_the_passphrase_comes_from_the_environment_or_is_asked_for(
    encrypted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}

    class Keyring:
        def get_password(self, service: str, username: str) -> str | None:
            return kept.get(username)

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[username] = password

    monkeypatch.setattr(secret, "_keyring", Keyring)
    monkeypatch.delenv(secret.VARIABLE, raising=False)
    settings = Settings().with_value("diary.path", str(encrypted), "test")
    with pytest.raises(DiaryError, match="its passphrase is not known"):
        open_for(settings)
    asked: list[bool] = []

    def ask(*, new: bool) -> str:
        asked.append(new)
        return KEY

    open_for(settings, ask=ask).close()
    open_for(settings, ask=ask).close()
    assert asked == [False]
    kept.clear()
    monkeypatch.setenv(secret.VARIABLE, KEY)
    open_for(settings).close()
    fresh = settings.with_value("diary.path", str(encrypted.with_name("new.db")), "test")
    open_for(fresh.with_value("diary.encrypted", True, "test")).close()
    assert not encrypted.with_name("new.db").read_bytes().startswith(b"SQLite")


def test_a_plain_diary_needs_none(path: Path) -> None:
    open_diary(path).close()
    assert secret.key_for(path) is None
    with locked(path), open_diary(path, read_only=True) as diary:
        assert diary.count() == 0
