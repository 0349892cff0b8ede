"""An ordinary wheel has everything, and works from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.model import model

__all__ = ["model"]

SOURCE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of this source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(folder))
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(SOURCE)], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel in it; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    target = Path(
        subprocess.check_output(
            [programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        ).strip()
    )
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--no-index", str(wheel)], check=True)
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (target / "dependencies.pth").write_text("\n".join(dependencies) + "\n")
    return programs


def run(program: Path, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["HOME"] = str(cwd)
    return subprocess.run([program, *args], capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def test_it_holds_the_grammars_the_models_and_the_licence_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    grammars = {f"voicelog/{file.relative_to(SOURCE).as_posix()}" for file in SOURCE.glob("grammars/**/*.yaml")}
    assert grammars
    assert grammars <= set(names)
    assert "voicelog/models/models.toml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.split("/")[0] != "voicelog" and ".dist-info/" not in name]
    assert not [name for name in names if "vosk-model" in name]


def test_it_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import voicelog; print(voicelog.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)
    version = run(installed / "voicelog", "--version", cwd=tmp_path)
    assert version.returncode == 0, version.stderr
    assert run(installed / "voicelog", "config", cwd=tmp_path).returncode == 0
    said = run(installed / "voicelog", "understand", "--json", "--text", "bad spasm, legs, eight", cwd=tmp_path)
    assert '"severity": 8' in said.stdout, said.stderr
    data = run(
        installed / "python",
        "-c",
        "from voicelog.core.resources import *; "
        "print(model_list().is_file(), len(list(grammars_folder().glob('*.yaml'))))",
        cwd=tmp_path,
    )
    assert data.stdout.split() == ["True", str(len(list(SOURCE.glob("grammars/en/*.yaml"))))]
