"""What the README says is answered, is answered; it is short, and its links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from voicelog.app.cli.main import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WAITS = {"seven and a half": 14, "left one only": 20, "it's over": 150, "spasm starting": 200, "spasm": 300, "undo": 20}


def rows() -> list[tuple[str, str]]:
    table = README.split("| you say | it answers |")[1].split("\n\n")[0]
    return [(said.strip(), answer.strip()) for said, answer in re.findall(r"(?m)^\| (?!-)(.+?) \| (.+?) \|$", table)]


def test_it_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.split()) < 1500
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert link.startswith("http") or (page.parent / link).exists(), f"{page.name}: {link}"


def test_it_answers_as_it_says(tmp_path: Path) -> None:
    lines = "".join(f"[+{WAITS.get(said, 30)}] {said}\n" for said, _ in rows())
    settings = tmp_path / "settings.toml"
    settings.touch()
    where = ["--db", str(tmp_path / "diary.db"), "--config", str(settings), "--now", "2026-03-14T14:10:00+00:00"]
    done = CliRunner().invoke(cli, ["listen", "--from-text", "--no-speak", "--json", *where], input=lines)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    said = [event["text"] for event in events if event["event"] == "said"]
    for line, answer in rows():
        for part in re.split(r"\s*\*\(.*?\)\*\s*", answer):
            assert any(_alike(part, each) for each in said), f"{line}: {part} is not among {said}"


def _alike(wanted: str, got: str) -> bool:
    """Equal but for the clock times, which depend on how long the lines are apart."""
    return _plain(wanted) in _plain(got)


def _plain(text: str) -> str:
    return re.sub(r"(twenty past|quarter past|ten past|half past|\w+ minutes past|\w+ past) \w+", "then", text.lower())
