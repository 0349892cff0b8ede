"""The Windows task scheduler, as a task that begins when the user logs on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from voicelog.app.machine.service.manager import ABOUT, State, Task, call, must, write
from voicelog.core.settings import APP, data_folder

_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class TaskScheduler:
    """The task scheduler, with a task of this user."""

    def description(self, task: Task) -> str:
        """The task as XML."""
        user = "\\".join(filter(None, (os.environ.get("USERDOMAIN"), os.environ.get("USERNAME"))))
        program, *arguments = task.command
        values: dict[str, object] = {
            "RegistrationInfo": {"Description": ABOUT},
            "Triggers": {"LogonTrigger": {"Enabled": "true", "UserId": user}},
            "Principals": {"Principal": {"UserId": user, "LogonType": "InteractiveToken"}},
            "Settings": {
                "MultipleInstancesPolicy": "IgnoreNew",
                "DisallowStartIfOnBatteries": "false",
                "StopIfGoingOnBatteries": "false",
                "ExecutionTimeLimit": "PT0S",
                "Priority": "4",
                "RestartOnFailure": {"Interval": "PT1M", "Count": "255"},
            },
            "Actions": {"Exec": {"Command": windowless(program), "Arguments": subprocess.list2cmdline(arguments)}},
        }
        root = ElementTree.Element("Task", version="1.2", xmlns=_NAMESPACE)
        _fill(root, values)
        ElementTree.indent(root)
        return '<?xml version="1.0" encoding="UTF-16"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"

    def install(self, task: Task) -> list[str]:
        """Register the task and run it."""
        file = data_folder() / "service.xml"
        write(file, self.description(task), "utf-16")
        try:
            must(["schtasks", "/Create", "/TN", APP, "/XML", str(file), "/F"])
        finally:
            file.unlink(missing_ok=True)
        must(["schtasks", "/Run", "/TN", APP])
        told = ["The service is installed in the task scheduler and runs; it starts when you log on."]
        if task.environment:
            names = ", ".join(task.environment)
            told.append(f"A task has no environment of its own: write into the settings file what is set by {names}.")
        return told

    def state(self) -> State:
        """Whether the task is there; what it does is told by the logger itself, since schtasks answers in words of
        each language.
        """
        if call(["schtasks", "/Query", "/TN", APP]).returncode != 0:
            return State(False, False, "The service is not installed. 'voicelog service install' does that.")
        return State(True, True, "The service is installed; it starts when you log on.")

    def remove(self) -> bool:
        """Stop it, and take the task away."""
        if not self.state().installed:
            return False
        call(["schtasks", "/End", "/TN", APP])  # fails where it does not run
        must(["schtasks", "/Delete", "/TN", APP, "/F"])
        return True


def windowless(program: str) -> str:
    """The interpreter that opens no console window, where there is one beside ``program``."""
    beside = Path(program).with_name("pythonw.exe")
    return str(beside) if beside.exists() else program


def _fill(element: ElementTree.Element, values: dict[str, object]) -> None:
    for name, value in values.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, dict):
            _fill(child, value)
        else:
            child.text = str(value)
