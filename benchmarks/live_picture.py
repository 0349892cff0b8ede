"""The README's picture of the live view: typed sentences through the real logger, drawn as a terminal shows them.

Needs nothing but the package; the diary is thrown away. The picture is an SVG without fonts or links of its own:

    python benchmarks/live_picture.py benchmarks/pictures/live.svg
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from voicelog.app.view.terminal import LiveView
from voicelog.core.entry import Change, Entry

SAID = (
    "took ten of baclofen",
    "[+2400] clonus, left foot, three minutes, out of nowhere, four",
    "[+1500] physio for half an hour",
    "[+3000] bad spasm, legs, eight out of ten",
    "[+9] left one only",
    "[+9] woke me up",
)
START = "2026-03-14T12:20:00+00:00"
COLUMNS, ROWS = 72, 19
NIGHT = TerminalTheme((16, 16, 16), (200, 200, 200), [(16, 16, 16)] * 8, [(90, 90, 90)] * 8)


def events() -> list[dict[str, Any]]:
    """What ``voicelog listen --json`` tells of the sentences."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "voicelog", "listen", "--from-text", "--no-speak", "--json", "--now", START]
        run = subprocess.run(
            [sys.executable, *command, "--db", f"{folder}/diary.db"],
            input="\n".join(SAID),
            env=os.environ | {"XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return [json.loads(line) for line in run.stdout.splitlines()]


def make(picture: Path) -> None:
    """Write the picture."""
    console = Console(record=True, file=io.StringIO(), width=COLUMNS, height=ROWS, force_terminal=True)
    view = LiveView(console)
    for told in events():
        change = None
        if "entry" in told:
            entry = Entry.from_json(told["entry"])
            change = Change(entry.id, "save", None, entry, entry.logged_at)
        view(str(told["event"]), told, change)
    console.print(view.render())
    svg = console.export_svg(title="voicelog listen", theme=NIGHT)
    picture.write_text(re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path)
    make(parser.parse_args().picture)
