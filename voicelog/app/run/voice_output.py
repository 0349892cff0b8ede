"""The voice of a run: the speaker, as loud, as fast and as hushed as the settings in force say."""

from __future__ import annotations

from collections.abc import Callable

from voicelog.core.settings import Settings
from voicelog.sound.satellite_output import SatelliteOutput, Send
from voicelog.sound.speaker import Speaker
from voicelog.sound.synthesiser import Style

USUAL_VOLUME = 0.8
"""The loudness by day at which ``night.volume`` holds as it is; "louder" and "quieter" by day or night move both."""


def style_of(settings: Settings, hushed: bool) -> Style:
    """How something is said; ``hushed`` at night."""
    voice = settings.voice
    volume = settings.night.volume * voice.volume / USUAL_VOLUME if hushed else voice.volume
    return Style(min(1.0, volume), int(voice.rate), whisper=hushed or voice.whisper, voice=voice.name)


def device_of(setting: str) -> int | str | None:
    """A device as PortAudio names it: its number, part of its name, or None for the system's own choice."""
    text = setting.strip()
    return int(text) if text.isdigit() else text or None


class Aloud:
    """Says and chimes while ``voice.enabled``; the speaker is opened by the first need, and anew on another device.

    With ``send`` sound goes to a satellite in place of a speaker of this machine. ``on_ended(interrupted)`` and
    ``on_problem(text)`` are called from the speaker's thread.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        on_ended: Callable[[bool], None],
        on_problem: Callable[[str], None],
        send: Send | None = None,
    ) -> None:
        self._settings = settings
        self._on_ended = on_ended
        self._on_problem = on_problem
        self._send = send
        self._device = ""
        self.speaker: Speaker | None = None

    def say(self, text: str, kind: str, hushed: bool) -> bool:
        """Say it; False if the voice is turned off."""
        speaker = self._opened()
        if speaker is not None:
            speaker.say(text, kind, hushed)
        return speaker is not None

    def chime(self, name: str, hushed: bool) -> None:
        """Play a chime."""
        speaker = self._opened()
        if speaker is not None and self._settings().voice.chimes:
            speaker.chime(name, hushed)

    def stop(self) -> None:
        """Be silent at once."""
        if self.speaker is not None:
            self.speaker.stop()

    def prepare(self) -> None:
        """Open the speaker: something may be said soon."""
        speaker = self._opened()
        if speaker is not None:
            speaker.prepare()

    def wait(self, timeout: float) -> bool:
        """Wait until all is said, at most so many seconds; tells whether it is."""
        return self.speaker is None or self.speaker.wait(timeout)

    def close(self) -> None:
        """End the speaker."""
        speaker, self.speaker = self.speaker, None
        if speaker is not None:
            speaker.close()

    def _opened(self) -> Speaker | None:
        settings = self._settings()
        wanted = settings.audio.output_device
        if self.speaker is not None and (not settings.voice.enabled or wanted != self._device):
            self.close()
        if self.speaker is None and settings.voice.enabled:
            self._device = wanted
            self.speaker = Speaker(
                lambda hushed: style_of(self._settings(), hushed),
                self._on_ended,
                self._on_problem,
                device_of(wanted),
                output=SatelliteOutput(self._send) if self._send is not None else None,
            )
        return self.speaker
