"""launchd, as an agent of the user."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from voicelog.app.machine.service.manager import State, Task, call, must, write
from voicelog.core.settings import log_folder

LABEL = "org.voicelog.listen"


class Launchd:
    """The launchd of this user."""

    def description(self, task: Task) -> str:
        """The property list."""
        values = {
            "Label": LABEL,
            "ProgramArguments": list(task.command),
            "EnvironmentVariables": {"PATH": os.environ.get("PATH", os.defpath), **task.environment},
            "RunAtLoad": True,
            "KeepAlive": True,
            "ThrottleInterval": 5,
            "ProcessType": "Interactive",
            "Umask": 0o077,
            "StandardErrorPath": str(log_folder() / "launchd.log"),
        }
        return plistlib.dumps(values).decode()

    def install(self, task: Task) -> list[str]:
        """Write the agent and load it anew."""
        log_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        write(agent_file(), self.description(task))
        call(["launchctl", "bootout", f"{_domain()}/{LABEL}"])  # fails where it was not loaded
        must(
            ["launchctl", "bootstrap", _domain(), str(agent_file())], remedy="Log in at the computer and run it again."
        )
        return [f"The service is installed in {agent_file()} and runs; it starts when you log in."]

    def state(self) -> State:
        """How the agent stands."""
        if not agent_file().exists():
            return State(False, False, "The service is not installed. 'voicelog service install' does that.")
        shown = call(["launchctl", "print", f"{_domain()}/{LABEL}"])
        if shown.returncode == 0 and "state = running" in shown.stdout:
            return State(True, True, "The service runs.")
        return State(True, False, "The service does not run. See 'voicelog service logs'.")

    def remove(self) -> bool:
        """Stop it, and take the agent away."""
        if not agent_file().exists():
            return False
        call(["launchctl", "bootout", f"{_domain()}/{LABEL}"])
        agent_file().unlink(missing_ok=True)
        return True


def agent_file() -> Path:
    """Where the agent is."""
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def _domain() -> str:
    return f"gui/{os.getuid()}"
