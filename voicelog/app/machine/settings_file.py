"""Reading the settings from file, environment and options; keeping those changed by voice."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from voicelog.core.errors import UsageError
from voicelog.core.settings import APP, Settings, Spec, Value, config_folder, specs

PASSPHRASE = "VOICELOG_DIARY_PASSPHRASE"
OTHER_VARIABLES = frozenset({"VOICELOG_CONFIG", PASSPHRASE})
"""Variables of ours that are no settings."""

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)?\s*", re.IGNORECASE)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def settings_path(path: Path | None = None) -> Path:
    """The settings file: ``path``, else ``VOICELOG_CONFIG``, else ``settings.toml`` in the settings folder."""
    given = os.environ.get("VOICELOG_CONFIG")
    return path or (Path(given).expanduser() if given else config_folder() / "settings.toml")


def load_settings(path: Path | None = None, options: Mapping[str, tuple[str, Value]] | None = None) -> Settings:
    """The settings in force.

    ``path``: the settings file named on the command line, which must then exist. ``options``: setting's name →
    (the option's name, its value). Raises :class:`UsageError` naming every mistake at once.
    """
    file = settings_path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if path is not None or os.environ.get("VOICELOG_CONFIG"):
            raise UsageError(f"There is no settings file {file}. Name one that exists, or leave it out.") from None
        text = ""
    except UnicodeDecodeError as error:
        raise UsageError(f"The settings file {file} is not text in UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise UsageError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    return settings_from(text, str(file), os.environ, options or {})


def settings_from(
    text: str, file: str, environ: Mapping[str, str], options: Mapping[str, tuple[str, Value]]
) -> Settings:
    """The settings of the file's ``text``, the environment and the options; ``file`` is its name for messages."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The settings file {file} has a mistake: {error}. Correct it there.") from error
    settings, wrong = Settings(), []
    sources = (_from_table(table, text, file), _from_environ(environ), _from_options(options))
    for source in sources:
        for name, value, origin, where in source:
            known = specs().get(name)
            if known is None:
                wrong.append(f"{where}: {_unknown(name, value, origin)}")
                continue
            try:
                settings = settings.with_value(name, checked(known, value), origin)
            except ValueError as error:
                wrong.append(f"{where}: {error}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return settings


Item = tuple[str, Any, str, str]  # name, value, origin, where to find it


def _from_table(table: Mapping[str, Any], text: str, file: str) -> Iterable[Item]:
    for section, values in table.items():
        if isinstance(values, dict) and any(name.startswith(f"{section}.") for name in specs()):
            for key, value in values.items():
                yield f"{section}.{key}", value, file, f"{file}, line {_line(text, section, key)}"
        elif any(name.startswith(f"{section}.") for name in specs()):
            where = f"{file}, line {_line(text, section, None)}"
            raise UsageError(f'{where}: "{section}" is a section: write "[{section}]" on a line, its settings below.')
        else:
            yield section, values, file, f"{file}, line {_line(text, section, None)}"


def _from_environ(environ: Mapping[str, str]) -> Iterable[Item]:
    names = {spec.variable: name for name, spec in specs().items()}
    for variable in sorted(environ):
        if variable.startswith(f"{APP.upper()}_") and variable not in OTHER_VARIABLES:
            yield names.get(variable, variable), environ[variable], variable, f"environment variable {variable}"


def _from_options(options: Mapping[str, tuple[str, Value]]) -> Iterable[Item]:
    for name, (option, value) in options.items():
        yield name, value, f"option {option}", f"option {option}"


def _line(text: str, section: str, key: str | None) -> int:
    """The line of a key, or of its section, as far as it can be told; 1 where it cannot."""
    header = re.compile(rf"\s*\[+\s*{re.escape(section)}\s*[\].]")
    entry = re.compile(rf"\s*\"?{re.escape(key if key is not None else section)}\"?\s*[=.]")
    inside, found = key is None, 1
    for number, line in enumerate(text.splitlines(), 1):
        if header.match(line):
            inside, found = True, number
            if key is None:
                return number
        elif key is not None and re.match(r"\s*\[", line):
            inside = False
        elif inside and entry.match(line):
            return number
    return found


def _unknown(name: str, value: Any, origin: str) -> str:
    from rapidfuzz import fuzz, process  # here because only a mistake needs it

    from_environ = origin.startswith(f"{APP.upper()}_")
    known = [spec.variable if from_environ else name for name, spec in specs().items()]
    sections = [] if from_environ else sorted({spec.section for spec in specs().values()})
    asked = name if "." in name or from_environ else f"[{name}]"
    candidates = known if "." in name or from_environ else [*known, *(f"[{section}]" for section in sections)]
    near = process.extractOne(asked, candidates, scorer=fuzz.ratio, score_cutoff=50)
    if near is None and "." in name:  # the right name in the wrong section
        near = process.extractOne(name.rpartition(".")[2], [k.rpartition(".")[2] for k in known], score_cutoff=80)
        near = (known[near[2]], near[1], near[2]) if near else None
    likely = near[0] if near else _section_with(value) if isinstance(value, dict) else None
    hint = f'Did you mean "{likely}"?' if likely else 'The command "voicelog config" lists all settings.'
    return f'There is no setting "{asked}". {hint}'


def _section_with(keys: Iterable[str]) -> str | None:
    """The section that has most of these settings, as it is written; None if no section has any."""
    having = Counter(section for section, _, key in (name.rpartition(".") for name in specs()) if key in keys)
    return f"[{having.most_common(1)[0][0]}]" if having else None


def checked(spec: Spec, value: Any) -> Value:
    """``value`` as the setting takes it; ``ValueError`` with a sentence if it cannot be.

    Text from the environment is read as what the setting is; lists are then separated by commas.
    """
    if isinstance(value, bool) and {"on", "off"} <= set(spec.choices):
        value = "on" if value else "off"
    typed = _typed(spec, value)
    if spec.choices and typed not in spec.choices:
        raise ValueError(f'"{spec.name}" is one of {", ".join(spec.choices)}, not "{typed}".')
    low, high = spec.low, spec.high
    if low is not None and high is not None and isinstance(typed, int | float) and not low <= typed <= high:
        raise ValueError(f'"{spec.name}" is from {low:g} to {high:g}, not {typed:g}.')
    return typed


def _typed(spec: Spec, value: Any) -> Value:
    if spec.form == "duration":
        return _duration(spec, value)
    if spec.form == "time":
        return _time(spec, value)
    readers: dict[type, Callable[[Spec, Any], Value]] = {bool: _bool, int: _int, float: _float, tuple: _list}
    read = readers.get(type(spec.default), _text)
    return read(spec, value)


def _text(spec: Spec, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f'"{spec.name}" is text in quotes, not {_shown(value)}.')


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bool(spec: Spec, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in (*_TRUE, *_FALSE):
        return value.lower() in _TRUE
    if isinstance(value, bool):
        return value
    raise ValueError(f'"{spec.name}" is true or false, not {_shown(value)}.')


def _float(spec: Spec, value: Any) -> float:
    if not isinstance(value, bool):
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if number == number and abs(number) != float("inf"):
            return number
    raise ValueError(f'"{spec.name}" is a number, not {_shown(value)}.')


def _int(spec: Spec, value: Any) -> int:
    number = _float(spec, value)
    if not number.is_integer():
        raise ValueError(f'"{spec.name}" is a whole number, not {number:g}.')
    return int(number)


def _list(spec: Spec, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError(f'"{spec.name}" is a list of texts in brackets, not {_shown(value)}.')


def _duration(spec: Spec, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _float(spec, value)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'"{spec.name}" is a duration such as "90 s", "10 min" or "4 h", not {_shown(value)}.')
    return float(match[1]) * _SECONDS[(match[2] or "s")[0].lower()]


def _time(spec: Spec, value: Any) -> str:
    text = value if isinstance(value, str) else str(value)[:5]  # TOML has times of its own, with seconds
    match = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})\s*", text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f'"{spec.name}" is a time of day such as "22:30", not {_shown(value)}.')
    return f"{int(match[1]):02}:{match[2]}"
