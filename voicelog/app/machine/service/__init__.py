"""The logger as a service: started with the computer, watched, and started again if it ends."""

from __future__ import annotations

import sys

from voicelog.app.machine.service.launchd import Launchd
from voicelog.app.machine.service.manager import Manager, State, Task, task
from voicelog.app.machine.service.schtasks import TaskScheduler
from voicelog.app.machine.service.systemd import Systemd
from voicelog.core.errors import VoicelogError

__all__ = ["Manager", "State", "Task", "manager", "task"]


def manager(platform: str = sys.platform) -> Manager:
    """What starts services on this platform. Raises :class:`VoicelogError` where none is known."""
    if platform == "darwin":
        return Launchd()
    if platform == "win32":
        return TaskScheduler()
    if platform.startswith("linux"):
        return Systemd()
    raise VoicelogError(f"voicelog knows no services on {platform}. Let your system start 'voicelog listen --service'.")
