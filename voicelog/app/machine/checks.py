"""What doctor looks at: each check gives a line on what is well, or raises the sentence on what is not."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicelog.app.machine.models import (
    check_own,
    damaged_files,
    installed_model,
    installed_separation,
    listed_model,
    separation_model,
)
from voicelog.core.errors import DeviceError, ModelError, VoicelogError
from voicelog.core.settings import Settings
from voicelog.sound.clip import Sound

MICROPHONE_S = 2.0
"""How long the microphone is listened to, in seconds."""

SILENT_DB = -80.0
"""A microphone quieter than this is taken for muted; a quiet bedroom gives some -60 dB below full scale."""

CLIPPED = 0.001
"""More than this share of the samples at full scale means that the microphone is set too loud."""

LOST, LOST_OF_S = 0.01, 600.0
"""More than this share of the sound, in so many seconds or more, is too much to lose."""

ENOUGH_BYTES = 50_000_000
"""Room for some hundred thousand entries, and for SQLite to work in."""

PHRASE = "bad spasm both legs eight out of ten"

Level = Callable[[float], None]
"""Told several times a second how loud it is, in decibels of full scale: 0 is the loudest there is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ``text`` is a sentence, with the remedy where ``ok`` is false."""

    check: str
    ok: bool
    text: str


def findings(config: Path | None, db: Path | None, aloud: bool, level: Level) -> Iterator[Finding]:
    """Check everything, one after the other; ``aloud`` lets the speaker be heard."""
    from voicelog.app.cli.options import settings_of

    try:
        settings = settings_of(config, db=db)
        text = f"{len(settings.origins)} set, all right." if settings.origins else "All as they come."
        yield Finding("settings", True, text)
    except VoicelogError as error:
        yield Finding("settings", False, str(error))
        settings = Settings()
    spoken = cache(lambda: _spoken(settings))
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("disk", lambda: disk(settings)),
        ("diary", lambda: diary(settings)),
        ("logger", lambda: logger(settings)),
        ("model", lambda: model(settings)),
        ("voice", lambda: voice(spoken)),
        ("recogniser", lambda: recogniser(settings, spoken)),
        ("speaker", lambda: speaker(settings, aloud)),
        ("microphone", lambda: microphone(settings, level)),
    )
    for name, check in checks:
        yield _finding(name, check)


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except VoicelogError as error:
        return Finding(name, False, str(error))
    except OSError as error:
        return Finding(name, False, f"{error.filename or 'The system'}: {error.strerror or error}.")


def disk(settings: Settings) -> str:
    """Whether the diary's folder can be written and has room."""
    folder = settings.diary_path.parent
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise VoicelogError(f"The folder {there} cannot be written. Allow it to this user, or set diary.path.")
    free = shutil.disk_usage(there).free
    if free < ENOUGH_BYTES:
        raise VoicelogError(f"Only {free / 1e6:.0f} MB are free in {there}. Make room on that disk.")
    return f"{free / 1e9:.1f} GB free in {folder}."


def diary(settings: Settings) -> str:
    """Whether the diary opens and is sound."""
    from voicelog.diary import open_for

    path = settings.diary_path
    if not path.exists():
        return f"There is none yet; {path} is made when listening begins."
    with open_for(settings, read_only=True) as opened:
        count = opened.count()
    return f"{count} {'entry' if count == 1 else 'entries'} in {path}."


def logger(settings: Settings) -> str:
    """Whether a logger listens for the diary, and how much of the sound it lost."""
    from voicelog.app.view.status_file import read_standing
    from voicelog.diary.store.lock import is_listening

    path = settings.diary_path
    if not is_listening(path):
        return "None listens for this diary now."
    standing = read_standing(path)
    if standing is None:
        return "One listens for this diary."
    since = datetime.fromisoformat(standing.since)
    listened = (datetime.fromisoformat(standing.updated) - since).total_seconds()
    text = f"It listens since {since:%Y-%m-%d %H:%M}; {standing.lost_s:.1f} s of the sound were lost"
    if standing.lost_s > LOST * max(listened, LOST_OF_S):
        raise VoicelogError(f"{text}. Close what else keeps this computer busy, or choose another microphone.")
    return f"{text}."


def model(settings: Settings) -> str:
    """Whether every file of the recogniser's model is whole, each read in full."""
    if settings.model.dir:
        folder = Path(settings.model.dir).expanduser()
        check_own(folder)
        return f"Your own in {folder}. {_separation(folder)}"
    listed = listed_model(settings.grammar.language)
    folder = installed_model(settings)
    damaged = damaged_files(folder, listed)
    if damaged:
        raise ModelError(f"{damaged[0]} in {folder} is damaged. Run 'voicelog setup' to mend it.")
    return f"{listed.name}, every file as it should be. {_separation(folder)}"


def _separation(recogniser: Path) -> str:
    name = separation_model().name
    if installed_separation(recogniser) is not None:
        return f"{name} separates voices."
    return f"{name}, which separates voices, is not installed or damaged. Run 'voicelog setup' to install it."


def voice(spoken: Callable[[], Sound]) -> str:
    """Whether the synthesiser makes a sentence."""
    began = time.monotonic()
    sound = spoken()
    if sound.seconds < 0.5:
        raise VoicelogError("The voice makes no sound. Install eSpeak NG, or choose another voice with voice.name.")
    return f"A sentence of {sound.seconds:.1f} s in {time.monotonic() - began:.1f} s."


def _spoken(settings: Settings) -> Sound:
    from voicelog.sound.synthesiser import Style, Synthesiser

    synthesiser = Synthesiser()
    try:
        return synthesiser.sound(PHRASE, Style(rate=int(settings.voice.rate), voice=settings.voice.name))
    finally:
        synthesiser.close()


def recogniser(settings: Settings, spoken: Callable[[], Sound]) -> str:
    """Whether the recogniser starts, and hears what the voice says."""
    from voicelog.recognise.decoder import RATE, Decoder, padded_with_quiet, vocabulary
    from voicelog.recognise.loading import loaded

    began = time.monotonic()
    model = loaded(installed_model(settings))
    text = f"Ready in {time.monotonic() - began:.1f} s"
    try:
        samples = spoken().at_rate(RATE).samples
    except VoicelogError:  # the voice has a line of its own
        return f"{text}."
    decoder = Decoder(model, 1, vocabulary([PHRASE]))
    decoder.accept(padded_with_quiet(np.asarray(np.clip(samples, -1, 1) * 32767, np.int16)))
    heard = decoder.finish()
    if not heard or not heard[0].text:
        raise ModelError("The recogniser starts but hears nothing. Run 'voicelog setup' to install its model anew.")
    return f'{text}; it heard the voice say "{heard[0].text}".'


def speaker(settings: Settings, aloud: bool) -> str:
    """Whether the speaker opens, and plays a chime if it may."""
    from voicelog.sound.chimes import chime
    from voicelog.sound.output import Output

    output = Output(device_of(settings.audio.output_device))
    try:
        if aloud:
            output.play(chime("saved").scaled(settings.voice.volume))
            return "It played a chime."
        output.open()
    finally:
        output.close()
    return "It opens."


def microphone(settings: Settings, level: Level) -> str:
    """Whether the microphone gives sound, and how loud, listened to for :data:`MICROPHONE_S`."""
    from voicelog.sound.microphone import Microphone, find_device
    from voicelog.sound.stream import RATE, Block, MicrophoneLost

    device = find_device(settings.audio.input_device)
    source = Microphone(settings.audio.input_device or None)
    blocks = []
    for item in source:
        if isinstance(item, MicrophoneLost):
            source.close()
            raise DeviceError(item.why)
        if isinstance(item, Block):
            blocks.append(item.samples.astype(np.float64) / 32768)
            level(_db(blocks[-1]))
        if sum(map(len, blocks)) >= MICROPHONE_S * RATE:
            source.close()
    sound = np.concatenate(blocks)
    loudest = _db(np.max(np.abs(sound)))
    if loudest < SILENT_DB:
        raise DeviceError(f"“{device.name}” gives nothing but silence. Is it muted, or its level at nought?")
    if np.mean(np.abs(sound) >= 0.999) > CLIPPED:
        raise DeviceError(f"“{device.name}” is too loud, and is cut off. Turn its level down.")
    lost = f"; {source.dropped_s:.2f} s lost" if source.dropped_s else ""
    return f"“{device.name}”: level {_db(sound):.0f} dB, peaks {loudest:.0f} dB, of full scale{lost}."


def _db(samples: npt.ArrayLike) -> float:
    """Root mean square in decibels of full scale."""
    return 10 * math.log10(max(float(np.mean(np.square(samples))), 1e-12))


def device_of(text: str) -> int | str | None:
    """A device as PortAudio takes it: a number, part of a name, or None for the system's own choice."""
    return (int(text) if text.isdigit() else text) if text else None
