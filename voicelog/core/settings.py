"""The settings: what there is, what it may be, and where each value comes from.

A value comes, the later the stronger, from the default, the settings file (TOML), the environment
(``VOICELOG_VOICE_VOLUME`` for ``voice.volume``) or an option of the command line. How they are read is in
:mod:`voicelog.app.machine.settings_file`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from dataclasses import replace as replaced
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

APP = "voicelog"
Value = bool | int | float | str | tuple[str, ...]
T = TypeVar("T", bool, int, float, str, tuple[str, ...])


def _setting(
    default: T,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    form: str = "",
) -> T:
    """A setting's default, what it is for, and what it may be.

    ``low`` and ``high`` are inclusive. ``form`` is ``duration`` (seconds, or text such as ``"90 s"``, ``"4 h"``),
    ``time`` (``HH:MM``) or ``path`` (``~`` stands for the home folder).
    """
    metadata = {"about": about, "low": low, "high": high, "choices": choices, "form": form}
    result: T = field(default=default, metadata=metadata)
    return result


@dataclass(frozen=True, slots=True)
class Audio:
    """Microphone and speaker."""

    input_device: str = _setting("", "Microphone: part of its name, or its number; empty for the system's own choice")
    output_device: str = _setting("", "Speaker: part of its name, or its number; empty for the system's own choice")
    keep_days: int = _setting(0, "Days for which the sound of what was said is kept; 0 keeps none", low=0, high=3650)


@dataclass(frozen=True, slots=True)
class Voice:
    """How the logger sounds."""

    enabled: bool = _setting(True, "Whether it speaks at all")
    name: str = _setting("", "Voice of the synthesiser, by its name; empty for the language's own")
    volume: float = _setting(0.8, "Loudness, 0 to 1", low=0, high=1)
    rate: float = _setting(160.0, "Words a minute", low=80, high=400)
    whisper: bool = _setting(False, "Always whisper, not only at night")
    chimes: bool = _setting(True, "Whether a chime tells that something is saved")


@dataclass(frozen=True, slots=True)
class Night:
    """Quiet hours: a low whisper, chimes instead of sentences, questions only where something is unsure."""

    mode: str = _setting("clock", "Night mode: by the clock, always on, or off", choices=("clock", "on", "off"))
    from_: str = _setting("22:00", "When the night begins, by the clock", form="time")
    until: str = _setting("07:00", "When the night ends, by the clock", form="time")
    volume: float = _setting(0.25, "Loudness at night, 0 to 1", low=0, high=1)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the logger asks by itself."""

    severity: bool = _setting(True, "Ask how bad it was, once, where that was not said")
    severity_after: float = _setting(10.0, "How long after the last word it asks", low=1, high=600, form="duration")
    unsure: bool = _setting(True, "Ask again where a value was heard with doubt")


@dataclass(frozen=True, slots=True)
class Conversation:
    """How what is said belongs together."""

    complete_within: float = _setting(
        90.0, "How long what is said still completes the entry before", low=5, high=3600, form="duration"
    )
    close_running_after: float = _setting(
        7200.0, "When a spasm never said to be over is closed", low=60, high=86400, form="duration"
    )


@dataclass(frozen=True, slots=True)
class Medication:
    """Remarks about medication."""

    window: float = _setting(
        4 * 3600.0, "Within which the same medication is remarked on; 0 for never", low=0, high=172800, form="duration"
    )


@dataclass(frozen=True, slots=True)
class Diary:
    """Where the diary is kept."""

    path: str = _setting("", "The diary's file; empty for the user's data folder", form="path")
    backups: int = _setting(14, "Daily backups kept; 0 for none", low=0, high=3650)
    encrypted: bool = _setting(False, "Whether a new diary is encrypted with a passphrase")


@dataclass(frozen=True, slots=True)
class Model:
    """The recogniser's model."""

    dir: str = _setting("", "Folder of a Vosk model of one's own; empty for the one that setup installs", form="path")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What can be said."""

    language: str = _setting("en", "Language of the sentence files")
    dir: str = _setting("", "Folder of sentence files of one's own, instead of those that come along", form="path")


@dataclass(frozen=True, slots=True)
class Help:
    """Calling for help."""

    command: str = _setting("", "Command that calls for help (a bell, a message); empty where there is none")
    phrases: tuple[str, ...] = _setting((), "Further phrases that call for help")


@dataclass(frozen=True, slots=True)
class Wake:
    """The wake phrase."""

    phrase: str = _setting("", "Words after which it listens; empty: it always does")


@dataclass(frozen=True, slots=True)
class Log:
    """The log of the program itself."""

    level: str = _setting("info", "How much is logged", choices=("debug", "info", "warning", "error"))
    words: bool = _setting(False, "Whether the log may hold what was said")


@dataclass(frozen=True, slots=True)
class Wyoming:
    """Other rooms, over the Wyoming protocol."""

    satellite: str = _setting("", "HOST:PORT of a satellite that is microphone and speaker; empty for none")
    serve: str = _setting("", "HOST:PORT to offer speech-to-text and intents on; empty for none")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, each checked; ``origins`` tells of those that are not defaults where they come from."""

    audio: Audio = Audio()
    voice: Voice = Voice()
    night: Night = Night()
    questions: Questions = Questions()
    conversation: Conversation = Conversation()
    medication: Medication = Medication()
    diary: Diary = Diary()
    model: Model = Model()
    grammar: Grammar = Grammar()
    help: Help = Help()
    wake: Wake = Wake()
    log: Log = Log()
    wyoming: Wyoming = Wyoming()
    origins: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Value:
        """The value of the setting ``section.name``; ``KeyError`` if there is none."""
        spec = specs()[name]
        value: Value = getattr(getattr(self, spec.section), spec.attribute)
        return value

    def origin(self, name: str) -> str:
        """Where the value comes from: ``default``, the file's name, ``VOICELOG_…`` or ``option --…``."""
        return self.origins.get(name, "default")

    def with_value(self, name: str, value: Value, origin: str) -> Settings:
        """A copy with one value changed; the value must have been checked."""
        spec = specs()[name]
        section = replaced(getattr(self, spec.section), **{spec.attribute: value})
        changes: dict[str, Any] = {spec.section: section, "origins": {**self.origins, name: origin}}
        return replaced(self, **changes)

    @property
    def diary_path(self) -> Path:
        """The diary's file."""
        return _path(self.diary.path) or data_folder() / "diary.db"


@dataclass(frozen=True, slots=True)
class Spec:
    """What one setting may be."""

    name: str
    """``section.name``, as in the settings file."""
    section: str
    attribute: str
    default: Value
    about: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    form: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"{APP}_{self.name}".replace(".", "_").upper()


@cache
def specs() -> Mapping[str, Spec]:
    """Every setting by name, in the order they are shown."""
    return {spec.name: spec for spec in _specs()}


def _specs() -> Iterator[Spec]:
    empty = Settings()
    for section in fields(Settings):
        if section.name == "origins":
            continue
        values = getattr(empty, section.name)
        for f in fields(values):
            name = f"{section.name}.{f.name.rstrip('_')}"
            yield Spec(name, section.name, f.name, getattr(values, f.name), **f.metadata)


def data_folder() -> Path:
    """Where diary and model are kept: the platform's data folder of this user."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def config_folder() -> Path:
    """Where the settings file is: the platform's settings folder of this user."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False))


def log_folder() -> Path:
    """Where logs are written: the platform's log folder of this user."""
    return Path(platformdirs.user_log_dir(APP, appauthor=False))


def cache_folder() -> Path:
    """Where is kept what can be made again."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def shown(spec: Spec, value: Value) -> str:
    """A value as it is written in the settings file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(shown(spec, part) for part in value)}]"
    if isinstance(value, str):
        return f'"{value}"'
    if spec.form == "duration":
        for seconds, unit in ((3600, "h"), (60, "min")):
            if value >= seconds and value % seconds == 0:
                return f'"{value / seconds:g} {unit}"'
        return f'"{value:g} s"'
    return f"{value:g}"
