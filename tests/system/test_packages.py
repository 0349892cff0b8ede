"""What the system lacks: found, told with the exact command, and installed when asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voicelog.app.machine import packages
from voicelog.app.machine.packages import PARTS, install, install_commands, package_manager, remedy
from voicelog.core.errors import VoicelogError


@pytest.mark.parametrize(
    ("release", "manager"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "apt-get"),
        ("ID=ubuntu\nID_LIKE=debian\n", "apt-get"),
        ("ID=raspbian\nID_LIKE=debian\n", "apt-get"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\n".replace("'", '"'), "apt-get"),
        ("ID=fedora\n", "dnf"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "zypper"),
        ("ID=arch\n", "pacman"),
        ("ID=nixos\n", None),
        ("", None),
        ("no equals sign\n", None),
    ],
)
def test_the_package_manager_is_that_of_the_distribution(tmp_path: Path, release: str, manager: str | None) -> None:
    file = tmp_path / "os-release"
    file.write_text(release)
    assert package_manager(file) == manager


def test_without_a_description_of_the_system_there_is_none(tmp_path: Path) -> None:
    assert package_manager(tmp_path / "none") is None


def test_the_commands_name_every_package() -> None:
    assert install_commands(PARTS, "apt-get", ("sudo",)) == (
        ("sudo", "apt-get", "update"),
        ("sudo", "apt-get", "install", "-y", "--no-install-recommends", "libportaudio2", "espeak-ng", "flite"),
    )
    for manager in ("apt-get", "dnf", "zypper", "pacman"):
        *_, last = install_commands(PARTS, manager)
        assert all(part.packages[manager] in last for part in PARTS)


def test_the_remedy_is_a_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "package_manager", lambda: "apt-get")
    monkeypatch.setattr(packages, "_prefix", lambda: ("sudo",))
    assert remedy(PARTS[:1]) == (
        "Install it with: sudo apt-get update && sudo apt-get install -y --no-install-recommends libportaudio2"
    )
    monkeypatch.setattr(packages, "_prefix", lambda: None)
    assert remedy(PARTS[:1]).startswith("Install it as root with: apt-get update")
    monkeypatch.setattr(packages, "package_manager", lambda: None)
    assert remedy(PARTS[:2]) == "Install PortAudio and eSpeak NG with the package manager of your system."


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path whose ``apt-get`` writes down how it was called."""
    script = tmp_path / "apt-get"
    script.write_text(f'#!/bin/sh\necho "$@ $DEBIAN_FRONTEND" >> {tmp_path}/called\nexit $(cat {tmp_path}/status)\n')
    script.chmod(0o755)
    (tmp_path / "status").write_text("0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(packages, "package_manager", lambda: "apt-get")
    monkeypatch.setattr(packages, "_prefix", lambda: ())
    return tmp_path


def test_it_is_installed_when_asked(commands: Path) -> None:
    install(PARTS)
    assert (commands / "called").read_text().splitlines() == [
        "update noninteractive",
        "install -y --no-install-recommends libportaudio2 espeak-ng flite noninteractive",
    ]


def test_a_failure_of_the_package_manager_is_told(commands: Path) -> None:
    (commands / "status").write_text("100")
    with pytest.raises(VoicelogError, match="This failed: apt-get update"):
        install(PARTS)
    assert len((commands / "called").read_text().splitlines()) == 1


def test_without_a_way_to_become_root_the_line_to_type_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "package_manager", lambda: "apt-get")
    monkeypatch.setattr(packages, "_prefix", lambda: None)
    with pytest.raises(VoicelogError, match="as root with: apt-get update"):
        install(PARTS)
