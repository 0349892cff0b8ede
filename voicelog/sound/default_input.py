"""Which microphone PulseAudio or PipeWire would give: without one they quietly give what the speaker plays."""

from __future__ import annotations

import os
import shutil
import subprocess

_PATIENCE_S = 2.0


def default_source() -> str | None:
    """The name of the sound server's default source; None where there is no such server, or it does not answer."""
    pactl = shutil.which("pactl")
    if pactl is None:
        return None
    try:
        done = subprocess.run(
            [pactl, "info"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            env={**os.environ, "LC_ALL": "C"},  # it speaks the user's language
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    for line in done.stdout.splitlines():
        label, _, name = line.partition(": ")
        if label == "Default Source":
            return name
    return None


def is_speaker(name: str | None) -> bool:
    """Whether the source is a speaker's monitor rather than a microphone."""
    return name is not None and name.endswith(".monitor")
