"""Settings that change while the logger runs: by an edit of the file, or by voice."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voicelog.app.machine.last_good import copy_of, remember, was_cut
from voicelog.app.machine.settings_file import checked, load_settings, settings_path
from voicelog.core.errors import UsageError
from voicelog.core.settings import Settings, Value, specs


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look at the settings file found: the names whose values changed, or a sentence on what is wrong."""

    changed: tuple[str, ...] = ()
    problem: str | None = None


class LiveSettings:
    """The settings in force now. ``current`` is always complete and checked; a broken file leaves it as it was."""

    def __init__(
        self,
        path: Path | None = None,
        options: Mapping[str, tuple[str, Value]] | None = None,
        *,
        forgiving: bool = False,
    ) -> None:
        """``forgiving``: a file that cannot be read is taken as it was when it last could, and ``problem`` says so."""
        self.path = settings_path(path)
        self._given = path
        self._options = dict(options or {})
        self._said: dict[str, Value] = {}
        self._seen = _stamp(self.path)
        self.problem = ""
        self.current: Settings = self._first(forgiving)

    def _first(self, forgiving: bool) -> Settings:
        copy = copy_of(self.path)
        if forgiving and copy.is_file() and (why := self._damage(copy)):
            self.problem = f"The settings are taken as they were when they could last be read. {why}"
            return load_settings(copy, self._options)
        settings = load_settings(self._given, self._options)
        if forgiving:
            remember(self.path)
        return settings

    def _damage(self, copy: Path) -> str:
        """What is wrong with the settings file that has been read before; empty for nothing."""
        if not self.path.exists():
            return f"The settings file {self.path} is gone. If it is not to come back, remove {copy} too."
        if was_cut(self.path):
            return f"The settings file {self.path} is cut short. Write it anew."
        try:
            load_settings(self._given, self._options)
        except UsageError as error:
            return str(error)
        return ""

    def refresh(self) -> Refreshed:
        """Read the file again if it has changed since it was last read; costs one ``stat`` if it has not."""
        stamp = _stamp(self.path)
        if stamp == self._seen:
            return Refreshed()
        self._seen = stamp
        try:
            new = self._load()
        except UsageError as error:
            return Refreshed(problem=f"The settings stay as they were. {error}")
        remember(self.path)
        changed = tuple(name for name in specs() if new.get(name) != self.current.get(name))
        self.current = new
        return Refreshed(changed=changed)

    def keep(self, name: str, value: Value) -> Settings:
        """Change a setting for now and for good; what was said last wins over environment and options.

        Raises :class:`UsageError` if there is no such setting or it cannot be that; the change holds for now even
        where the file cannot be written, and ``UsageError`` then says so.
        """
        try:
            value = checked(specs()[name], value)
        except KeyError:
            raise UsageError(f'There is no setting "{name}".') from None
        except ValueError as error:
            raise UsageError(str(error)) from error
        self._said[name] = value
        self.current = self.current.with_value(name, value, "said")
        keep(self.path, name, value)
        self._seen = _stamp(self.path)
        return self.current

    def _load(self) -> Settings:
        new = load_settings(self._given, self._options)
        stronger = {name: v for name, v in self._said.items() if new.origin(name) != str(self.path)}
        for name, value in stronger.items():
            new = new.with_value(name, value, "said")
        return new


def keep(path: Path, name: str, value: Value) -> None:
    """Write one setting into the file, its comments and order untouched, so that a crash leaves the old or the new.

    Raises :class:`UsageError` if the file has a mistake or cannot be written.
    """
    import tomlkit  # here because reading needs the standard library only
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import AbstractTable

    file = path.resolve()  # a link to the settings stays a link
    section, _, key = name.partition(".")
    try:
        text = file.read_text(encoding="utf-8-sig") if file.exists() else ""
        document = tomlkit.parse(text)
        if section not in document:
            document[section] = tomlkit.table()
        table = document[section]
        if not isinstance(table, AbstractTable):
            raise UsageError(f'The settings file {file} has "{section}" as a value; it is a section. Correct it there.')
        table[key] = list(value) if isinstance(value, tuple) else _plain(value)
        _replace(file, tomlkit.dumps(document))
    except TOMLKitError as error:
        raise UsageError(f"The settings file {file} has a mistake: {error}. Correct it, then say it again.") from error
    except OSError as error:
        raise UsageError(f"The change holds for now only: {file} cannot be written: {error.strerror}.") from error


def _plain(value: Value) -> object:
    """Numbers as a person would write them: 90 rather than 90.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None while there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
