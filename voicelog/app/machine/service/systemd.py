"""systemd, as a unit of the user: watched, and started at boot without anyone logged in."""

from __future__ import annotations

import getpass
import os
import shutil
from pathlib import Path

from voicelog.app.machine.service.manager import ABOUT, State, Task, call, must, write
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import APP

UNIT = f"{APP}.service"

WATCHDOG_S = 60
"""A logger that gives no sign of life for so many seconds is ended and started again."""

_TEMPLATE = """\
[Unit]
Description={about}
After=pipewire.service pipewire-pulse.service pulseaudio.service
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
{environment}Restart=always
RestartSec=5
WatchdogSec={watchdog}
TimeoutStartSec=180
TimeoutStopSec=20
UMask=0077

[Install]
WantedBy=default.target
"""


class Systemd:
    """The systemd of this user."""

    def description(self, task: Task) -> str:
        """The unit."""
        environment = "".join(f"Environment={quoted(f'{name}={v}', '')}\n" for name, v in task.environment.items())
        command = " ".join(quoted(word) for word in task.command)
        return _TEMPLATE.format(about=ABOUT, command=command, environment=environment, watchdog=WATCHDOG_S)

    def install(self, task: Task) -> list[str]:
        """Write the unit, let it be started at boot, and start it."""
        if shutil.which("systemctl") is None:
            raise VoicelogError(
                "There is no systemd here to run a service. Let your system start 'voicelog listen --service'."
            )
        lingers = self._linger()
        write(unit_file(), self.description(task))
        self._systemctl("daemon-reload")
        self._systemctl("enable", UNIT)
        self._systemctl("restart", UNIT)
        told = [f"The service is installed in {unit_file()} and runs."]
        if not lingers:
            user = getpass.getuser()
            told.append(
                f"It starts when {user} logs in. For it to start with the computer: sudo loginctl enable-linger {user}"
            )
        return told

    def state(self) -> State:
        """How the unit stands."""
        if not unit_file().exists():
            return State(False, False, "The service is not installed. 'voicelog service install' does that.")
        shown = self._systemctl("show", UNIT, "--property=ActiveState,SubState,NRestarts,ActiveEnterTimestamp")
        values = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        running = values.get("ActiveState") == "active"
        restarts = values.get("NRestarts", "0")
        again = "" if restarts in ("", "0") else f" It was started again {restarts} times."
        if running:
            return State(True, True, f"The service runs since {values.get('ActiveEnterTimestamp', '?')}.{again}")
        how = f"{values.get('ActiveState', '?')}, {values.get('SubState', '?')}"
        return State(True, False, f"The service does not run ({how}).{again} See 'voicelog service logs'.")

    def remove(self) -> bool:
        """Stop it, and take the unit away."""
        if not unit_file().exists():
            return False
        self._systemctl("disable", "--now", UNIT)
        unit_file().unlink(missing_ok=True)
        self._systemctl("daemon-reload")
        return True

    def _linger(self) -> bool:
        """Let the user's services run without a session; it also starts the user's systemd where it does not run."""
        return shutil.which("loginctl") is not None and call(["loginctl", "enable-linger"]).returncode == 0

    def _systemctl(self, *words: str) -> str:
        runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        remedy = "Log in as the user whose diary it is, at the computer or with ssh, and run it again."
        return must(["systemctl", "--user", *words], {"XDG_RUNTIME_DIR": runtime}, remedy)


def unit_file() -> Path:
    """Where the unit is."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "systemd" / "user" / UNIT


def quoted(word: str, dollar: str = "$") -> str:
    """A word as systemd reads it back unchanged; ``dollar`` is what is put before a dollar sign, doubling it.

    In ``ExecStart=`` dollars begin variables; in ``Environment=`` they mean nothing.
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{escaped.replace("$", f"{dollar}$")}"'
