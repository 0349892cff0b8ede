"""The sounds of a bedroom at night, made up: fan, rain, breathing machine, breathing, snores, and what a clip lies in.

All are int16, mono, 16 kHz, and the same for the same generator; levels are given in dB below full scale (RMS).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE = 16_000
Samples = npt.NDArray[np.int16]
Sound = npt.NDArray[np.float32]


def shaped(seconds: float, rng: np.random.Generator, low: float, high: float, tilt: float) -> Sound:
    """Noise between ``low`` and ``high`` Hz that falls by ``tilt`` dB an octave, RMS 1."""
    size = int(seconds * RATE)
    block = 1 << 18
    pieces: list[Sound] = []
    frequencies = np.fft.rfftfreq(block, 1 / RATE)
    shape = np.where((frequencies >= low) & (frequencies <= high), 1.0, 0.0)
    shape[1:] *= (frequencies[1:] / 500.0) ** (-tilt / 6.02)
    while sum(len(piece) for piece in pieces) < size:
        spectrum = rng.standard_normal(len(frequencies)) + 1j * rng.standard_normal(len(frequencies))
        pieces.append(np.fft.irfft(spectrum * shape, block).astype(np.float32))
    out = np.concatenate(pieces)[:size]
    return np.asarray(out / np.sqrt(np.mean(out**2)), np.float32)


def convolved(sound: npt.NDArray[np.floating], ring: npt.NDArray[np.floating]) -> Sound:
    """The sound with ``ring`` at each of its impulses, as long as the sound."""
    out = np.zeros(len(sound) + len(ring), np.float32)
    for at in np.flatnonzero(sound):
        out[at : at + len(ring)] += sound[at] * ring
    return out[: len(sound)]


def resonant(sound: npt.NDArray[np.floating], centre: float, width: float) -> Sound:
    """The sound through one resonance (Hz)."""
    frequencies = np.fft.rfftfreq(len(sound), 1 / RATE)
    gain = 1 / np.sqrt(1 + ((frequencies - centre) / (width / 2)) ** 2)
    return np.fft.irfft(np.fft.rfft(sound) * gain, len(sound)).astype(np.float32)


def at_level(sound: Sound, decibels: float) -> Sound:
    """The sound at so many dB (RMS) against full scale, 32768 being full scale."""
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 32768 * 10 ** (decibels / 20), np.float32)


def to_int16(sound: Sound) -> Samples:
    """Clipped and rounded."""
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def hush(seconds: float, rng: np.random.Generator, level: float = -72.0) -> Sound:
    """A quiet room with a microphone's own hiss."""
    return at_level(shaped(seconds, rng, 40, 7600, 3), level)


def fan(seconds: float, rng: np.random.Generator, level: float = -48.0) -> Sound:
    """A table fan: falling noise, a blade hum and its swing to and fro every eleven seconds."""
    t = np.arange(int(seconds * RATE)) / RATE
    hum = sum(np.sin(2 * np.pi * 83 * k * t + k) / k for k in (1, 2, 3))
    swing = 1 + 0.25 * np.sin(2 * np.pi * t / 11)
    return at_level(((shaped(seconds, rng, 60, 6000, 5) + 0.3 * hum) * swing).astype(np.float32), level)


def rain(seconds: float, rng: np.random.Generator, level: float = -50.0) -> Sound:
    """Rain on a window: bright noise that swells slowly, and drops."""
    body = shaped(seconds, rng, 300, 7800, 1)
    slow = np.interp(
        np.arange(len(body)),
        np.arange(0, len(body) + RATE * 7, RATE * 7),
        rng.uniform(0.6, 1.4, len(body) // (RATE * 7) + 2)[: len(body) // (RATE * 7) + 2],
    )
    drops = np.zeros(len(body), np.float32)
    drops[rng.integers(0, len(body), int(seconds * 6))] = rng.uniform(5, 25, int(seconds * 6))
    ring = np.exp(-np.arange(200) / 25) * np.sin(np.arange(200) * 1.1)
    return at_level((body * slow + convolved(drops, ring)).astype(np.float32), level)


def breathing_machine(seconds: float, rng: np.random.Generator, level: float = -48.0) -> Sound:
    """A machine that breathes: noise that comes and goes every four seconds, a motor and a valve's click."""
    size = int(seconds * RATE)
    t = np.arange(size) / RATE
    period = 4.0
    phase = (t % period) / period
    flow = 0.35 + 0.65 * np.where(phase < 0.4, np.sin(np.pi * phase / 0.4), 0.5 * np.sin(np.pi * (phase - 0.4) / 0.6))
    motor = 0.2 * np.sin(2 * np.pi * 120 * t + 2 * np.sin(2 * np.pi * t / period))
    clicks = np.zeros(size, np.float32)
    clicks[(np.arange(0, seconds, period) * RATE).astype(int)] = 8
    ring = np.exp(-np.arange(300) / 60) * np.sin(np.arange(300) * 0.7)
    sound = shaped(seconds, rng, 100, 5000, 3) * flow + motor + convolved(clicks, ring)
    return at_level(sound.astype(np.float32), level)


def breathing(seconds: float, rng: np.random.Generator, level: float = -58.0) -> Sound:
    """A sleeper's breath: soft bands of noise, in for 1.4 s and out for 1.8 s."""
    size = int(seconds * RATE)
    phase = (np.arange(size) / RATE + 0.3 * np.sin(np.arange(size) / RATE / 9)) % 4.6
    inwards = np.where(phase < 1.4, np.sin(np.pi * phase / 1.4) ** 2, 0)
    outwards = np.where((phase > 1.8) & (phase < 3.6), np.sin(np.pi * (phase - 1.8) / 1.8) ** 2, 0)
    sound = shaped(seconds, rng, 800, 4000, 3) * inwards + 1.3 * shaped(seconds, rng, 300, 2500, 4) * outwards
    return at_level(sound.astype(np.float32), level)


def snores(seconds: float, rng: np.random.Generator, level: float = -40.0) -> Sound:
    """Snores: rattling pulses at 40 to 70 a second through a throat, over a second of every five."""
    size = int(seconds * RATE)
    out = np.zeros(size, np.float32)
    start = 0.5
    while start < seconds - 2:
        length = rng.uniform(0.7, 1.4)
        t = np.arange(int(length * RATE)) / RATE
        rate = rng.uniform(40, 70) * (1 - 0.15 * t)
        pulses = np.maximum(0, np.sin(2 * np.pi * np.cumsum(rate) / RATE)) ** 8
        breath = (pulses * (0.6 + 0.4 * rng.standard_normal(len(t)))).astype(np.float32)
        for centre, width in ((rng.uniform(220, 350), 120), (rng.uniform(700, 1100), 300)):
            breath = breath + 2 * resonant(breath, centre, width)
        piece = breath * np.hanning(len(t))
        at = int(start * RATE)
        out[at : at + len(piece)] += piece[: size - at]
        start += length + rng.uniform(2.5, 4.5)
    return at_level(out, level) if out.any() else out


def room_around(clip: Samples, seconds: float, rng: np.random.Generator) -> Samples:
    """Noise as it is in the quietest twentieth of a clip, to lead up to it: the same spectrum, other phases."""
    window = np.hanning(512).astype(np.float32)
    starts = range(0, len(clip) - 512, 256)
    power = np.array([np.abs(np.fft.rfft(clip[i : i + 512] * window)) ** 2 for i in starts])
    floor = np.sqrt(np.quantile(power, 0.2, axis=0)) * 1.5
    out = np.zeros(int(seconds * RATE) + 1024, np.float32)
    for i in range(0, len(out) - 512, 256):
        noise = rng.standard_normal(512).astype(np.float32)
        out[i : i + 512] += np.fft.irfft(np.fft.rfft(noise) * floor / np.sqrt(np.sum(window**2)), 512) * np.sqrt(window)
    return to_int16(out[256 : 256 + int(seconds * RATE)])


def speech_bounds(clean: Samples, below_loudest: float = 35.0) -> tuple[float, float]:
    """Where speech begins and ends in a clip without noise (seconds), by its level in 10 ms frames."""
    frame = RATE // 100
    power = np.mean(clean[: len(clean) // frame * frame].astype(np.float64).reshape(-1, frame) ** 2, axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-below_loudest / 10))
    return float(loud[0]) / 100, float(loud[-1] + 1) / 100


class Speaker:
    """A speaker that plays one sound from the clock's zero on, and says this meanwhile."""

    def __init__(self, sound: Samples, saying: str = "") -> None:
        self._sound = sound.astype(np.float32) / np.float32(32768)
        self.playing: str | None = saying

    def reference(self, start: float, end: float) -> npt.NDArray[np.float32]:
        """What it played between two times in seconds, full scale 1."""
        out = np.zeros(round((end - start) * RATE), np.float32)
        at = round(start * RATE)
        piece = self._sound[max(0, at) : max(0, at + len(out))]
        out[max(0, -at) : max(0, -at) + len(piece)] = piece
        return out
