"""The service: what is installed on each platform, how the manager is called, and what the log holds."""

from __future__ import annotations

import json
import logging
import os
import plistlib
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.model import model
from voicelog.app.machine.service import Task, manager, task
from voicelog.app.machine.service.systemd import quoted, unit_file
from voicelog.app.machine.watchdog import Watchdog
from voicelog.app.view.service_log import FILE_BYTES, ServiceLog, follow, last_lines, logging_to_file
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import Log

__all__ = ["model"]

ODD = Task(
    ("/opt/a b/python", "-m", "voicelog", "listen", "--db", '/home/x/100% of "my" $HOME\\diary.db'),
    {"VOICELOG_HELP_COMMAND": 'ring "bell" 100% $LOUD'},
)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Service managers on the path that write down how they are called; ``fails`` names those that fail."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("systemctl", "loginctl", "launchctl", "schtasks"):
        script = programs / name
        script.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/called\n'
            f"[ -e {tmp_path}/answer ] && cat {tmp_path}/answer\n"
            f'if grep -qs {name} {tmp_path}/fails; then echo "no bus" >&2; exit 1; fi\n'
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    return tmp_path


def calls(folder: Path) -> list[str]:
    return (folder / "called").read_text().splitlines()


# ---- systemd --------------------------------------------------------------------------------------------------------


def test_the_unit_is_installed_and_started_without_a_login(called: Path) -> None:
    told = manager("linux").install(ODD)
    assert len(told) == 1
    assert unit_file().is_relative_to(called)
    assert calls(called) == [
        "loginctl enable-linger",
        "systemctl --user daemon-reload",
        "systemctl --user enable voicelog.service",
        "systemctl --user restart voicelog.service",
    ]


def test_where_it_may_not_linger_the_line_to_type_is_told(called: Path) -> None:
    (called / "fails").write_text("loginctl")
    assert "sudo loginctl enable-linger ada" in manager("linux").install(ODD)[1]


def test_without_the_users_systemd_the_remedy_is_told(called: Path) -> None:
    (called / "fails").write_text("systemctl")
    with pytest.raises(VoicelogError, match=r"systemctl --user daemon-reload \(no bus\)\. Log in"):
        manager("linux").install(ODD)


def test_without_systemd_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoicelogError, match="no systemd"):
        manager("linux").install(ODD)


def test_the_state_of_the_unit(called: Path) -> None:
    assert not manager("linux").state().installed
    manager("linux").install(ODD)
    (called / "answer").write_text(
        "NRestarts=2\nActiveState=active\nSubState=running\nActiveEnterTimestamp=Fri 2026-01-02 03:04:05 UTC\n"
    )
    state = manager("linux").state()
    assert state.running
    assert state.text == "The service runs since Fri 2026-01-02 03:04:05 UTC. It was started again 2 times."
    (called / "answer").write_text("NRestarts=0\nActiveState=activating\nSubState=auto-restart\n")
    assert manager("linux").state().text.startswith("The service does not run (activating, auto-restart).")


def test_it_is_removed(called: Path) -> None:
    assert not manager("linux").remove()
    manager("linux").install(ODD)
    (called / "called").unlink()
    assert manager("linux").remove()
    assert not unit_file().exists()
    assert calls(called) == [
        "systemctl --user disable --now voicelog.service",
        "systemctl --user daemon-reload",
    ]


def test_the_unit_is_watched_and_started_again() -> None:
    unit = manager("linux").description(task(None, None))
    for line in ("Type=notify", "WatchdogSec=60", "Restart=always", "WantedBy=default.target", "UMask=0077"):
        assert line in unit.splitlines()
    assert '"listen" "--service"' in unit


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "voicelog.service"
    unit.write_text(manager("linux").description(Task((sys.executable, *ODD.command[1:]), ODD.environment)))
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "voicelog.service" not in done.stderr


def test_words_are_quoted_as_systemd_reads_them() -> None:
    assert quoted("100% $HOME") == '"100%% $$HOME"'
    assert quoted("100% $HOME", "") == '"100%% $HOME"'
    assert quoted('a "b" \\c') == '"a \\"b\\" \\\\c"'


# ---- launchd and the task scheduler ---------------------------------------------------------------------------------


def test_the_agent_of_launchd(called: Path) -> None:
    launchd = manager("darwin")
    values = plistlib.loads(launchd.description(ODD).encode())
    assert values["ProgramArguments"] == list(ODD.command)
    assert values["EnvironmentVariables"]["VOICELOG_HELP_COMMAND"] == ODD.environment["VOICELOG_HELP_COMMAND"]
    assert values["KeepAlive"]
    assert values["RunAtLoad"]
    assert not launchd.state().installed
    launchd.install(ODD)
    assert calls(called)[1].startswith(f"launchctl bootstrap gui/{os.getuid()} ")
    (called / "answer").write_text("\tstate = running\n")
    assert launchd.state().running
    assert launchd.remove()
    assert not launchd.remove()


def test_the_task_of_windows(called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERDOMAIN", "HOME")
    monkeypatch.setenv("USERNAME", "ada & bob")
    scheduler = manager("win32")
    root = ElementTree.fromstring(scheduler.description(ODD).partition("\n")[2])
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:Exec/t:Command", namespaces=space) == "/opt/a b/python"
    arguments = root.findtext(".//t:Exec/t:Arguments", namespaces=space)
    assert arguments == subprocess.list2cmdline(ODD.command[1:])
    assert root.findtext(".//t:LogonTrigger/t:UserId", namespaces=space) == "HOME\\ada & bob"
    assert root.findtext(".//t:ExecutionTimeLimit", namespaces=space) == "PT0S"
    told = scheduler.install(ODD)
    assert all(name in told[-1] for name in ODD.environment)
    assert [call.split()[1] for call in calls(called)] == ["/Create", "/Run"]
    assert scheduler.remove()
    (called / "fails").write_text("schtasks")
    assert not scheduler.remove()


def test_an_unknown_platform_is_a_sentence() -> None:
    with pytest.raises(VoicelogError, match="knows no services on plan9"):
        manager("plan9")


def test_the_task_names_files_in_full_and_carries_the_settings_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICELOG_NIGHT_MODE", "on")
    monkeypatch.setenv("VOICELOG_DIARY_PASSPHRASE", "secret")
    made = task(Path("my.toml"), Path("my.db"))
    assert made.command[-4:] == ("--config", str(tmp_path / "my.toml"), "--db", str(tmp_path / "my.db"))
    assert made.environment["VOICELOG_NIGHT_MODE"] == "on"
    assert "secret" not in manager("linux").description(made)


# ---- the commands ---------------------------------------------------------------------------------------------------


def voicelog(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voicelog", "service", *args], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the commands are run with a systemd that writes down its calls")
def test_the_commands(called: Path, model: Path) -> None:
    assert voicelog("install").returncode == 0
    assert unit_file().exists()
    assert str(model) in unit_file().read_text()
    assert voicelog("install", "--print").stdout == unit_file().read_text()
    (called / "answer").write_text("ActiveState=active\nSubState=running\n")
    shown = voicelog("status", "--json")
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["running"]
    (called / "answer").write_text("ActiveState=failed\nSubState=failed\n")
    assert voicelog("status").returncode == 1
    assert "no log yet" in voicelog("logs").stderr
    assert "is removed" in voicelog("remove").stderr
    assert "no service to remove" in voicelog("remove").stderr
    assert not unit_file().exists()


def test_a_service_that_could_not_start_is_not_installed(called: Path) -> None:
    done = voicelog("install")
    assert done.returncode == 1
    assert "voicelog setup" in done.stderr
    assert not unit_file().exists()


# ---- the watchdog ---------------------------------------------------------------------------------------------------


@pytest.fixture
def systemd(tmp_path: Path) -> socket.socket:
    """systemd's end of the conversation."""
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    channel.bind(str(tmp_path / "notify"))
    channel.setblocking(False)
    return channel


def heard(channel: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(channel.recv(4096).decode())
        except BlockingIOError:
            return messages


def test_systemd_is_told_and_not_too_often(
    systemd: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    watchdog = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000000"})
    watchdog.ready()
    watchdog.ready()
    watchdog.state("listening")
    assert heard(systemd) == ["READY=1", "STATUS=listening"]
    for _ in range(61):
        watchdog.alive()
        now[0] += 1
    assert heard(systemd) == ["WATCHDOG=1"] * 5
    watchdog.stopping()
    assert heard(systemd) == ["STOPPING=1"]


def test_nobody_is_told_where_nobody_watches(systemd: socket.socket, tmp_path: Path) -> None:
    for environ in (
        {},
        {"NOTIFY_SOCKET": str(tmp_path / "gone")},
        {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"},
    ):
        watchdog = Watchdog(environ)
        watchdog.alive()
        watchdog.stopping()
    assert heard(systemd) == ["STOPPING=1"]


def test_an_abstract_address() -> None:
    name = f"\0voicelog-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(name)
        channel.setblocking(False)
        Watchdog({"NOTIFY_SOCKET": "@" + name[1:]}).ready()
        assert heard(channel) == ["READY=1"]


# ---- the log --------------------------------------------------------------------------------------------------------


def all_events(log: ServiceLog) -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    entry = Entry("1", "note", at, at, text="note secret words", note="secret words")
    meaning = {"text": "note secret words", "intent": "add_note", "confidence": 0.97, "slots": {"note": "secret words"}}
    log("state", {"state": "listening"})
    log("heard", {**meaning, "accepted": True})
    log("heard", {**meaning, "accepted": False})
    log("saved", {"entry": entry.to_json()}, Change("c", "save", None, entry, at))
    log("said", {"text": "Note, secret words, saved."})
    log("problem", {"text": "The microphone was lost."})


def test_the_log_tells_what_was_done_and_not_what_was_said(own_folders: Path) -> None:
    with logging_to_file():
        all_events(ServiceLog(lambda: Log(level="debug")))
    text = "\n".join(last_lines(100))
    assert "secret" not in text
    for part in ("listening", "add_note, sure 0.97", "not for the logger", "saved    note", "microphone was lost"):
        assert part in text


def test_the_log_holds_what_was_said_when_asked_for() -> None:
    with logging_to_file():
        all_events(ServiceLog(lambda: Log(level="debug", words=True)))
    assert "Note, secret words, saved." in "\n".join(last_lines(100))


def test_the_log_holds_as_much_as_was_asked_for() -> None:
    with logging_to_file():
        all_events(ServiceLog(lambda: Log(level="warning")))
    assert len(last_lines(100)) == 1


def test_the_log_is_for_the_user_alone_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "service.log"
    with logging_to_file(path):
        log = ServiceLog(Log)
        for number in range(6 * FILE_BYTES // 1000):
            log("problem", {"text": f"{number} {'x' * 1000}"})
    files = sorted(path.parent.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_mode & 0o077 == 0 and file.stat().st_size <= FILE_BYTES for file in files)
    assert path.parent.stat().st_mode & 0o077 == 0
    lines = last_lines(10, path)
    assert [int(line.split("problem  ")[1].split()[0]) for line in lines] == list(range(number - 9, number + 1))


def test_the_log_is_followed_over_a_change_of_files(tmp_path: Path) -> None:
    path = tmp_path / "service.log"
    path.write_text("old\n")

    def write(text: str) -> None:
        with path.open("a") as log:
            log.write(text)

    def change_files() -> None:
        path.rename(tmp_path / "service.log.1")
        write("new file\n")

    steps = iter((lambda: write("one\nhal"), lambda: write("f\n"), change_files))
    lines = follow(path, wait=lambda: next(steps)())
    assert [next(lines) for _ in range(3)] == ["one", "half", "new file"]


def test_the_log_is_that_of_voicelog_alone(tmp_path: Path) -> None:
    with logging_to_file(tmp_path / "service.log"):
        logging.getLogger("another").warning("not ours")
        ServiceLog(Log)("problem", {"text": "ours"})
    assert [line.split()[-1] for line in last_lines(9, tmp_path / "service.log")] == ["ours"]
