"""``voicelog setup`` as a program: from a file, killed half-way, with a model of one's own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model import CACHE, model, model_folder

__all__ = ["model"]

NAME = "vosk-model-small-en-us-0.15"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model as an archive, not compressed."""
    folder = model_folder()
    file = tmp_path_factory.mktemp("archive") / "model.zip"
    with zipfile.ZipFile(file, "w") as out:
        for path in sorted(folder.rglob("*")):
            out.write(path, Path(NAME) / path.relative_to(folder))
    return file


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("XDG_", "VOICELOG_"))}
    return {**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(CACHE)}


@pytest.fixture
def tap(archive: Path) -> Iterator[str]:
    """The address of a site that gives the first 4 MB of the archive, and then nothing more."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(ConnectionError):
            connection.recv(4096)
            size = archive.stat().st_size
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
            with archive.open("rb") as content:
                connection.sendall(content.read(4_000_000))
            connection.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/model.zip"
    server.close()
    thread.join(timeout=5)


def setup(environment: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voicelog", "setup", *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def installed(environment: dict[str, str]) -> Path:
    return Path(environment["HOME"]) / ".local/share/voicelog/models" / NAME


def test_from_a_file_and_then_it_is_there(archive: Path, environment: dict[str, str]) -> None:
    done = setup(environment, "--from", str(archive))
    assert done.returncode == 0, done.stderr
    assert "is installed and whole" in done.stderr
    again = setup(environment)
    assert again.returncode == 0
    assert "is there and whole" in again.stderr
    folder = installed(environment)
    assert folder.parent.parent.stat().st_mode & 0o077 == 0
    (folder / "graph/Gr.fst").write_bytes(b"")
    assert "is installed and whole" in setup(environment, "--from", str(archive)).stderr


def test_killed_half_way_there_is_no_model_and_the_next_run_makes_one(
    archive: Path, environment: dict[str, str], tap: str
) -> None:
    command = [sys.executable, "-m", "voicelog", "setup", "--from", tap]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    part = installed(environment).parent / ".downloads" / "model.zip.part"
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 1_000_000) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert part.exists()
    assert not installed(environment).exists()
    done = setup(environment, "--from", str(archive))
    assert done.returncode == 0, done.stderr
    assert installed(environment).is_dir()


def test_what_is_no_model_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK this is no archive")
    done = setup(environment, "--from", str(tmp_path / "no.zip"))
    assert done.returncode == 1
    assert "not a whole archive" in done.stderr
    assert "Traceback" not in done.stderr
    assert not installed(environment).exists()


def test_a_model_of_ones_own_is_kept_in_the_settings(model: Path, environment: dict[str, str], tmp_path: Path) -> None:
    done = setup(environment, "--model", str(model))
    assert done.returncode == 0, done.stderr
    assert f'dir = "{model}"' in (tmp_path / ".config/voicelog/settings.toml").read_text()
    refused = setup(environment, "--model", str(tmp_path))
    assert refused.returncode == 1
    assert "holds no Vosk model" in refused.stderr
    assert f'dir = "{model}"' in (tmp_path / ".config/voicelog/settings.toml").read_text()
