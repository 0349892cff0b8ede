"""The command line: every error ends as a sentence, with the right exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from voicelog.app.cli import main as cli
from voicelog.core.errors import DiaryError, UsageError

COMMAND = (sys.executable, "-m", "voicelog")
HEAVY = ("numpy", "vosk", "sounddevice", "soundfile", "rich", "sqlite_utils", "hassil", "rapidfuzz", "tomlkit")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def voicelog(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **environment}
    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, env=environ, check=False)


def fails(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make ``voicelog fail`` a command that ends in ``error``."""

    @click.command("fail")
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "_commands", lambda module: {"fail": fail} if module == "system" else {})


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (
            DiaryError("The diary is locked. Close the other program."),
            1,
            "The diary is locked. Close the other program.",
        ),
        (UsageError("There is no such thing. Choose another."), 2, "There is no such thing. Choose another."),
        (click.UsageError("no such option"), 2, "Error: no such option"),
        (FileNotFoundError(2, "No such file or directory", "gone.txt"), 1, "gone.txt: No such file or directory."),
        (OSError(28, "No space left on device"), 1, "No space left on device."),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_every_error_ends_as_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: BaseException, status: int, sentence: str
) -> None:
    fails(monkeypatch, error)
    assert cli.run(["fail"]) == status
    out, err = capfd.readouterr()
    assert out == ""
    assert err.strip().endswith(sentence)
    assert "Traceback" not in err


def test_a_fault_of_ours_is_told_in_one_line_and_its_details_are_kept(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fails(monkeypatch, ZeroDivisionError("oh"))
    assert cli.run(["fail"]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    file = Path(line.rsplit("the details are in ", 1)[1].rstrip("."))
    assert "ZeroDivisionError: oh" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_fault_is_told_where_its_details_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    (own_folders / ".local").write_text("")
    fails(monkeypatch, ZeroDivisionError("oh"))
    assert cli.run(["fail"]) == 1
    assert "could not be written" in capfd.readouterr().err


def test_a_fault_in_a_thread_is_told_in_one_line_too(capfd: pytest.CaptureFixture[str]) -> None:
    program = (
        "import sys, threading, voicelog.app.cli.main as cli\n"
        "cli.run = lambda args: threading.Thread(target=lambda: 1 / 0).start() or 0\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert threading.excepthook is not None


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen([*COMMAND, "config", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 1


def test_the_interrupt_key_ends_it_at_once_without_a_trace() -> None:
    program = (
        "import signal, time, voicelog.app.cli.main as cli\n"
        # Whatever these tests were started by may have had it ignored, as shells do for what runs in the background.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "cli.cli.main = lambda **_: (print('on', flush=True), time.sleep(60))\n"
        "cli.main()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"on\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == b""


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["-h"]])
def test_help_and_version(args: Sequence[str]) -> None:
    done = voicelog(*args)
    assert done.returncode == 0
    assert "voicelog" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["setup", "--help"], ["config", "--json"]])
def test_nothing_heavy_is_imported_where_it_is_not_needed(args: Sequence[str]) -> None:
    program = (
        "import sys\nfrom voicelog.app.cli.main import run\n"
        f"status = run({list(args)!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\nsys.exit(status)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_table_of_commands_names_them_where_they_are() -> None:
    for module, names in cli.MODULES.items():
        commands = cli._commands(module)
        assert set(commands) == set(names), module


def test_every_command_has_help_of_its_own() -> None:
    context = click.Context(cli.cli)
    for name in cli.cli.list_commands(context):
        command = cli.cli.get_command(context, name)
        assert command is not None
        assert command.help, name
        assert len(command.get_short_help_str(200)) > 10, name


def test_an_unknown_command_names_the_nearest() -> None:
    done = voicelog("docter")
    assert done.returncode == 2
    assert 'There is no command "docter". Did you mean "doctor"?' in done.stderr
    assert "lists them" in voicelog("xyzzy").stderr
    assert "Commands:" in "".join((voicelog().stdout, voicelog().stderr))


def test_config_shows_value_and_origin_of_every_setting(own_folders: Path) -> None:
    file = own_folders / "my.toml"
    file.write_text("[voice]\nvolume = 0.5\n")
    done = voicelog("config", "--json", "--config", str(file), VOICELOG_NIGHT_MODE="on")
    shown = {item["name"]: item for item in map(json.loads, done.stdout.splitlines())}
    assert shown["voice.volume"]["value"] == 0.5
    assert shown["voice.volume"]["origin"] == str(file)
    assert shown["night.mode"] == {**shown["night.mode"], "value": "on", "origin": "VOICELOG_NIGHT_MODE"}
    assert shown["voice.rate"]["origin"] == "default"
    text = voicelog("config", "--config", str(file)).stdout
    assert all(name in text for name in shown)
    assert str(file) in text


def test_a_typo_in_the_settings_ends_a_command_with_status_2(own_folders: Path) -> None:
    file = own_folders / "my.toml"
    file.write_text("[voice]\nvolum = 0.5\n")
    done = voicelog("config", "--config", str(file))
    assert done.returncode == 2
    assert done.stderr.strip() == f'{file}, line 2: There is no setting "voice.volum". Did you mean "voice.volume"?'
