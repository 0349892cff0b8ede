"""The microphones and speakers that the system offers."""

from __future__ import annotations

from dataclasses import dataclass

from voicelog.sound import portaudio


@dataclass(frozen=True, slots=True)
class Listed:
    """A device: ``kind`` is ``microphone`` or ``speaker``, ``rate`` its own samples a second."""

    kind: str
    number: int
    name: str
    system: str
    channels: int
    rate: int
    default: bool


def all_devices() -> tuple[Listed, ...]:
    """All microphones, then all speakers. Raises :class:`DeviceError` where PortAudio is not installed."""
    sounddevice = portaudio.library()
    with portaudio.lock, portaudio.hushed():
        found = sounddevice.query_devices()
        systems = sounddevice.query_hostapis()
        chosen = tuple(sounddevice.default.device)
    return tuple(
        Listed(
            kind,
            number,
            str(info["name"]),
            str(systems[info["hostapi"]]["name"]),
            int(info[channels]),
            round(info["default_samplerate"]),
            number == default,
        )
        for kind, channels, default in (
            ("microphone", "max_input_channels", chosen[0]),
            ("speaker", "max_output_channels", chosen[1]),
        )
        for number, info in enumerate(found)
        if info[channels] > 0
    )
