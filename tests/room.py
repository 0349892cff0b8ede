"""A room in software: a private PulseAudio whose null sinks are a real microphone and a real speaker.

``mouth`` is a sink whose monitor is the microphone ``mic`` (the default source); ``speaker`` is the default sink, and
what came out of it can be recorded. Nothing of the machine's own sound system is touched: the daemon has its own
runtime folder, home and ALSA configuration, and works as root too.

Use it as a fixture (``from tests.room import room``), or as a context manager::

    with Room() as room:
        process = subprocess.Popen([...], env=room.environment())
        with room.recording() as heard:
            room.play("spasm.wav")          # into the microphone, in real time
        heard.samples                       # what the speaker gave meanwhile, int16, 16 kHz

A test in the same process calls :meth:`Room.enter` first, so that PortAudio and ALSA look at this room.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from voicelog.sound import portaudio

RATE = 16_000
NEEDED = ("pulseaudio", "pactl", "pacat", "paplay")
ALSA_CONFIG = Path("/usr/share/alsa/alsa.conf")
_ROOM_VARIABLES = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_SERVER", "PULSE_COOKIE", "ALSA_CONFIG_PATH")

_DEFAULT_PA = """\
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name=speaker rate=48000 sink_properties=device.description=speaker
set-default-sink speaker
"""

Samples = npt.NDArray[np.int16]


def missing() -> str | None:
    """Why no room can be made on this machine, or None where it can."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        return f"no room in software: {', '.join(absent)} not installed (Debian: pulseaudio pulseaudio-utils)"
    if not any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so")):
        return "no room in software: ALSA has no PulseAudio plugin (Debian: libasound2-plugins)"
    return None


class Recording:
    """What the speaker gave while it was recorded; ``samples`` fills up as it goes (int16, mono, 16 kHz)."""

    def __init__(self) -> None:
        self._raw = bytearray()
        self._began = float("inf")

    @property
    def samples(self) -> Samples:
        """All that was recorded up to now."""
        raw = bytes(self._raw)
        return np.frombuffer(raw[: len(raw) // 2 * 2], dtype=np.int16)

    def ahead_of(self, other: Recording) -> int:
        """How many samples this recording began before the other."""
        return round((other._began - self._began) * RATE)

    def took(self, chunk: bytes) -> None:
        """More sound came, just now; what came soonest tells best when the recording began."""
        self._raw += chunk
        self._began = min(self._began, time.monotonic() - len(self._raw) / 2 / RATE)


class Room:
    """A private PulseAudio with the devices ``mouth``, ``mic`` and ``speaker``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="room-"))
        self.folder.chmod(0o700)
        self._socket = self.folder / "native"
        self._daemon: subprocess.Popen[bytes] | None = None
        self._mic_modules: list[str] = []
        alsa = f"<{ALSA_CONFIG}>\npcm.!default {{ type pulse }}\nctl.!default {{ type pulse }}\n"
        (self.folder / "asound.conf").write_text(alsa)
        (self.folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        (self.folder / "room.pa").write_text(_DEFAULT_PA.format(socket=self._socket))

    def __enter__(self) -> Room:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for a process that lives in this room."""
        here = dict.fromkeys(_ROOM_VARIABLES, str(self.folder))
        here["PULSE_SERVER"] = f"unix:{self._socket}"
        here["PULSE_COOKIE"] = str(self.folder / "cookie")
        here["ALSA_CONFIG_PATH"] = str(self.folder / "asound.conf")
        return {**os.environ, **here, **more}

    @contextlib.contextmanager
    def enter(self) -> Iterator[None]:
        """Let this very process live in the room; PortAudio is told to look again on the way in and out."""
        sounddevice = portaudio.library()
        before = {name: os.environ.get(name) for name in _ROOM_VARIABLES}
        os.environ.update({name: self.environment()[name] for name in _ROOM_VARIABLES})
        try:
            with portaudio.lock:  # a stream of a test that failed may still be closing
                if portaudio.left_behind():
                    pytest.fail("An earlier test left a stream behind, so that PortAudio cannot be begun anew.")
                sounddevice._terminate()
                sounddevice._initialize()
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    # ---- the daemon -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start PulseAudio with its speaker, and plug the microphone in."""
        command = ["pulseaudio", "-n", "-F", str(self.folder / "room.pa"), "--daemonize=no", "--use-pid-file=no"]
        command += ["--exit-idle-time=-1", "--log-target=stderr", "--log-level=error", "--realtime=no"]
        command += ["--high-priority=no"]
        with (self.folder / "pulseaudio.log").open("ab") as log:
            self._daemon = subprocess.Popen(command, env=self.environment(), stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while subprocess.run(["pactl", "info"], env=self.environment(), capture_output=True, check=False).returncode:
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PulseAudio did not start: " + (self.folder / "pulseaudio.log").read_text())
            time.sleep(0.05)
        self.plug_microphone()

    def kill(self) -> None:
        """Kill PulseAudio without a word, as a crash would; :meth:`start` brings it back."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None
        self._socket.unlink(missing_ok=True)
        self._mic_modules = []

    def close(self) -> None:
        """End PulseAudio and remove everything."""
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGTERM)
            try:
                self._daemon.wait(5)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
            self._daemon = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def pactl(self, *words: str) -> str:
        """Run ``pactl`` in this room and give what it printed."""
        done = subprocess.run(["pactl", *words], env=self.environment(), capture_output=True, text=True, check=True)
        return done.stdout.strip()

    # ---- the microphone ---------------------------------------------------------------------------------------------

    def plug_microphone(self, rate: int = 48_000) -> None:
        """Plug the microphone in and make it the default source."""
        sink = ["module-null-sink", "sink_name=mouth", f"rate={rate}", "sink_properties=device.description=mouth"]
        source = ["module-remap-source", "source_name=mic", "master=mouth.monitor"]
        self._mic_modules.append(self.pactl("load-module", *sink))
        self._mic_modules.append(self.pactl("load-module", *source))
        self.pactl("set-default-source", "mic")

    def unplug_microphone(self) -> None:
        """Take the microphone away, and the mouth with it."""
        while self._mic_modules:
            self.pactl("unload-module", self._mic_modules.pop())

    @contextlib.contextmanager
    def echo(self, decibels: float = -10.0) -> Iterator[None]:
        """Let the speaker be heard in the microphone, so many decibels down."""
        loop = self.pactl("load-module", "module-loopback", "source=speaker.monitor", "sink=mouth", "latency_msec=40")
        try:
            index = self._loop_input(loop)
            self.pactl("set-sink-input-volume", index, f"{decibels}dB")
            yield
        finally:
            self.pactl("unload-module", loop)

    def _loop_input(self, module: str) -> str:
        index = ""
        for line in self.pactl("list", "sink-inputs").splitlines():
            if line.startswith("Sink Input #"):
                index = line.removeprefix("Sink Input #")
            elif line.strip() == f"Owner Module: {module}":
                return index
        raise RuntimeError("the loopback from speaker to mouth did not come up")

    # ---- sound in and out -------------------------------------------------------------------------------------------

    def play(self, sound: Path | str | Samples, *, wait: bool = True, rate: int = RATE) -> subprocess.Popen[bytes]:
        """Play a file, or int16 mono samples at ``rate``, into the microphone, in real time."""
        if isinstance(sound, np.ndarray):
            path = Path(tempfile.mkstemp(suffix=".wav", dir=self.folder)[1])
            soundfile.write(path, sound, rate, subtype="PCM_16")
        else:
            path = Path(sound)
        command = ["paplay", "--device=mouth", str(path)]
        process = subprocess.Popen(command, env=self.environment())
        if wait and process.wait():
            raise RuntimeError(f"paplay could not play {path}")
        return process

    @contextlib.contextmanager
    def recording(self, device: str = "speaker.monitor") -> Iterator[Recording]:
        """Record what the speaker (or another source) gives while the block runs."""
        command = ["pacat", "--record", f"--device={device}", f"--rate={RATE}", "--channels=1"]
        command += ["--format=s16le", "--raw", "--latency-msec=20"]
        recording = Recording()
        process = subprocess.Popen(command, env=self.environment(), stdout=subprocess.PIPE)
        assert process.stdout is not None
        pipe = process.stdout

        def drain() -> None:
            while chunk := os.read(pipe.fileno(), 4096):
                recording.took(chunk)

        thread = threading.Thread(target=drain, daemon=True)
        thread.start()
        try:
            yield recording
        finally:
            process.terminate()
            process.wait()
            thread.join(5)
            pipe.close()


@pytest.fixture
def room() -> Iterator[Room]:
    """A running room; skipped only where PulseAudio is not installed."""
    why = missing()
    if why:
        pytest.skip(why)
    with Room() as made:
        yield made
