"""No command but setup opens a connection."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.model import model
from voicelog.app.cli.main import cli

__all__ = ["model"]

WATCH = """\
import os, sys

def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        address = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        if not isinstance(address, (str, bytes)) or event.startswith("socket.get"):
            with open(os.environ["CONNECTIONS"], "a") as out:
                out.write(f"{event} {address}\\n")

sys.addaudithook(watch)
"""
"""Writes down what is not a socket of this machine's file system, in every Python process started meanwhile."""

GRAMMAR = """\
language: en
intents:
  lamp_on:
    data:
      - sentences: ["lamp on"]
"""

SAID = "bad spasm legs eight out of ten\n[+5] baclofen ten\n[+5] how many today\n"

LONGEST_S = 240

SOURCE = Path(__file__).resolve().parents[2]

ARGUMENTS = {
    "listen": ["--from-text", "--no-speak"],
    "doctor": ["--no-speak"],
    "export": ["--format", "json"],
    "import": ["HOME/none.json"],
    "history": ["none"],
    "teach": ["zolpidem", "--as", "medication"],
    "grammar check": ["--grammar", "HOME/grammar"],
    "grammar list": ["--grammar", "HOME/grammar"],
    "report": ["-o", "HOME/report.html"],
    "understand": ["--text", "bad spasm legs eight out of ten"],
    "service install": ["--print"],
}
"""What each is run with, so that it does its work; HOME stands for the home folder."""


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command but setup, and the service that the user turns on for other programs of the house; those of groups
    included. The demonstration is run by a test of its own.
    """
    context = click.Context(group)
    found: list[tuple[str, ...]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += commands(command, (*before, name))
        elif (*before, name) not in (("setup",), ("demo",), ("wyoming",)):
            found.append((*before, name))
    return found


def line_of(command: tuple[str, ...], home: Path) -> list[str]:
    name = " ".join(command)
    arguments = [word.replace("HOME", str(home)) for word in ARGUMENTS.get(name, [])]
    return [sys.executable, "-m", "voicelog", *command, *arguments]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a diary in it."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "watch").mkdir()
    (folder / "grammar").mkdir()
    (folder / "grammar" / "lamp.yaml").write_text(GRAMMAR)
    (folder / "watch" / "sitecustomize.py").write_text(WATCH)
    return folder


@pytest.fixture
def environment(home: Path, model: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_RUNTIME", "XDG_DATA", "XDG_CONFIG", "XDG_STATE", "PULSE_"))
    }
    path = os.pathsep.join(filter(None, (str(home / "watch"), str(SOURCE), os.environ.get("PYTHONPATH"))))
    more = {"HOME": str(home), "PYTHONPATH": path, "CONNECTIONS": str(home / "connections")}
    return {**kept, **more, "XDG_RUNTIME_DIR": str(home), "PULSE_SERVER": str(home / "none")}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=SAID,
        capture_output=True,
        text=True,
        env=environment,
        cwd=environment["HOME"],
        check=False,
        timeout=LONGEST_S,
    )


def test_the_watch_sees_connections(home: Path, environment: dict[str, str]) -> None:
    seen = home / "connections"
    for opening in (
        "socket.create_connection(('127.0.0.1', 9), 1)",
        "socket.getaddrinfo('localhost', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    ):
        run([sys.executable, "-c", f"import socket\n{opening}"], environment)
        assert seen.exists(), opening
        seen.unlink()


@pytest.mark.parametrize("command", commands(cli), ids=" ".join)
def test_no_command_opens_a_connection(command: tuple[str, ...], home: Path, environment: dict[str, str]) -> None:
    done = run(line_of(command, home), environment)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert "Something in voicelog itself" not in done.stderr
    seen = home / "connections"
    assert not seen.exists(), seen.read_text()


def test_setup_without_a_microphone_says_so_and_shows_the_demonstration(
    home: Path, environment: dict[str, str]
) -> None:
    """With a model in place it opens no connection either."""
    done = run([sys.executable, "-m", "voicelog", "setup", "--listen"], environment)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "Here is the demonstration instead" in line]
    assert line.startswith("There is no microphone")
    assert "eight" in done.stderr.partition("demonstration instead")[2] + done.stdout
    assert not (home / "connections").exists()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nor_do_the_libraries_that_are_not_python(home: Path, environment: dict[str, str]) -> None:
    trace = home / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    done = run([*command, *line_of(("listen",), home)], environment)
    assert done.returncode == 0, done.stderr
    assert "AF_INET" not in trace.read_text()


@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"], check=False).returncode != 0,
    reason="there are no network namespaces here",
)
def test_the_main_job_needs_no_network(home: Path, environment: dict[str, str]) -> None:
    done = run(["unshare", "-rn", *line_of(("listen",), home), "--json"], environment)
    assert done.returncode == 0, done.stderr
    assert '"event": "saved"' in done.stdout
