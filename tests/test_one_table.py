"""A field, a kind and a part of the body are added by their table and the sentence files alone, in a copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOW = "2026-05-04T10:00:00+00:00"


class Copy:
    """A copy of the program, to be changed and run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        for name in ("voicelog", "grammars"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "models").symlink_to(ROOT / "models")

    def put(self, file: str, before: str, more: str) -> None:
        """Put lines before others in a file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, (file, before)
        path.write_text(text.replace(before, more + before), encoding="utf-8")

    def run(self, *arguments: str, said: str = "", status: int = 0) -> str:
        """What the program prints."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "HOME": str(self.home),
            **{f"XDG_{name}_HOME": str(self.home / name) for name in ("CONFIG", "CACHE", "DATA", "STATE")},
        }
        done = subprocess.run(
            [sys.executable, "-m", "voicelog", *arguments],
            input=said, capture_output=True, text=True, env=environment, cwd=self.folder, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    def listen(self, said: str, diary: str = "diary.db", now: str = NOW) -> list[dict[str, Any]]:
        """The events of a conversation."""
        out = self.run("listen", "--from-text", "--json", "--no-speak", "--db", diary, "--now", now, said=said)
        return [json.loads(line) for line in out.splitlines()]

    def exported(self, diary: str = "diary.db") -> list[dict[str, Any]]:
        """The entries of the diary, without what differs from run to run."""
        return list(json.loads(self.run("export", "--db", diary, "--format", "json")))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy")


def spoken(events: list[dict[str, Any]]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "said"]


def test_a_field_and_a_kind(copy: Copy) -> None:
    fields = "voicelog/core/fields.py"
    copy.put(fields, '    Field("units", "number"', (
        '    Field("position", "text", ("spasm",), one_of=("lying", "sitting", "standing")),\n'
        '    Field("meal", "text", ("meal",)),\n'
    ))  # fmt: skip
    copy.put(fields, '    Kind("note", ', '    Kind("meal", ("log_meal",), ("at",), "meal"),\n')
    copy.put(fields, '"sensations", "compared",\n        ),', '"position", ')
    (copy.folder / "grammars/en/position.yaml").write_text(POSITION, encoding="utf-8")
    copy.put("grammars/en/replies.yaml", "    tonic: [tonic spasm", "    meal: [meal, meals]\n")
    said = spoken(copy.listen(TALK))
    assert said[:3] == [
        "Spasm, left leg, eight, lying, saved.", "Sitting, spasm, left leg, eight, changed.", "Porridge, saved.",
    ]  # fmt: skip
    assert said[3:] == ["One spasm sitting today.", "No spasms standing today.", "One meal today.",
                        "One entry of porridge today."]  # fmt: skip
    entries = copy.exported()
    assert [(entry["kind"], entry.get("position"), entry.get("meal")) for entry in entries] == [
        ("spasm", "sitting", None), ("meal", None, "porridge"),
    ]  # fmt: skip
    for form in ("json", "csv"):
        file = copy.folder / f"out.{form}"
        file.write_text(copy.run("export", "--db", "diary.db", "--format", form), encoding="utf-8", newline="")
        copy.run("import", "--db", f"{form}.db", str(file))
        assert copy.exported(f"{form}.db") == entries
    assert "sitting" in copy.run("export", "--db", "diary.db", "--format", "fhir")
    assert "porridge" in copy.run("export", "--db", "diary.db", "--format", "fhir")
    assert "SUMMARY:porridge" in copy.run("export", "--db", "diary.db", "--format", "ics")
    page = copy.folder / "report.html"
    copy.run("report", "--db", "diary.db", "--output", str(page))
    assert "sitting" in page.read_text(encoding="utf-8")
    assert "porridge" in page.read_text(encoding="utf-8")
    before = (copy.folder / "diary.db").read_bytes()
    released = Copy(copy.folder / "released")
    refused = released.run("export", "--db", str(copy.folder / "diary.db"), "--format", "json", status=1)
    assert "newer version" in refused
    assert (copy.folder / "diary.db").read_bytes() == before


POSITION = """
language: en
intents:
  log_spasm:
    data:
      - sentences: ["<spasm_noun> <place> <number> {position}"]
  amend:
    data:
      - metadata: {replaces: true}
        sentences: ["(no|sorry) [i was] {position}"]
  log_meal:
    data:
      - sentences: ["(ate|i had) {meal}"]
  review_count:
    data:
      - sentences: ["how many spasms {position} [<period>]"]
      - slots: {about: meal}
        sentences: ["how many meals [<period>]", "how many meals of {meal} [<period>]"]
lists:
  position:
    values: [lying, sitting, standing]
  meal:
    values: [porridge, soup]
"""
TALK = """spasm left leg eight lying
no sitting
ate porridge
how many spasms sitting today
how many spasms standing today
how many meals today
how many meals of porridge today
"""


def test_a_part_of_the_body(copy: Copy) -> None:
    copy.put("grammars/en/_body.yaml", "  throat:", "  eyelid: {said: eyelid, weight: 1, plural: eyelids}\n")
    events = copy.listen("""spasm left eyelid four
right eyelid too
[+3600] spasm both eyelids six
[+3600] spasm in my right eyelid two
how many eyelid spasms today
how many spasms in my left eyelid today
""")
    assert spoken(events)[-2:] == ["Three spasms in the eyelid today.", "Two spasms in the left eyelid today."]
    places = [entry["locations"] for entry in copy.exported()]
    assert places == [["left eyelid", "right eyelid"], ["both eyelids"], ["right eyelid"]]
    figures = json.loads(copy.run("stats", "--db", "diary.db", "--json"))
    parts = figures["parts"]
    assert [(part["name"], part["both"], part["right"]) for part in parts] == [("eyelid", 2, 1)]


REFUSED = (
    (
        "  'rubbish {severety}'",
        "amend",
        "zz.yaml, line 4: no entry has a field 'severety', in “rubbish {severety}”. The nearest is 'severity'.",
    ),
    (
        "  'rubbish {severity}'",
        "log_symtom",
        "zz.yaml, line 4: nothing handles the intent 'log_symtom'. The nearest is ",
    ),
)


@pytest.mark.parametrize(("sentence", "intent", "told"), REFUSED)
def test_a_name_that_nothing_knows_is_refused(copy: Copy, sentence: str, intent: str, told: str) -> None:
    text = f"language: en\nlists: {{severety: {{values: [one]}}}}\nintents: {{{intent}: {{data: [{{sentences: [\n"
    (copy.folder / "grammars/en/zz.yaml").write_text(f"{text}{sentence}]}}]}}}}\n", encoding="utf-8")
    assert told in copy.run("listen", "--from-text", "--no-speak", "--db", "d.db", said="spasm\n", status=1)
