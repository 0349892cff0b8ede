"""The README's picture of a report: a generated year, as Chromium shows it.

Makes the diary of diary_generate.py with eleven entries a day, its report of one year, and a picture of the page's top.
Needs Chromium, and Pillow to make the picture small:

    python benchmarks/report_picture.py benchmarks/pictures/report.png
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from diary_generate import ZONE, generate
from PIL import Image

from voicelog.diary import open_diary
from voicelog.report.page import LISTED, page
from voicelog.report.pdf import OFFLINE, browser
from voicelog.report.reading import read

SINCE, UNTIL = datetime(2025, 4, 1, tzinfo=ZONE), datetime(2026, 4, 1, tzinfo=ZONE)
WIDTH, HEIGHT = 1040, 2030
COLOURS = 64


def make(picture: Path) -> None:
    """Write the picture."""
    program = browser()
    if program is None:
        raise SystemExit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder / "diary.db", 40_000)
        with open_diary(folder / "diary.db", read_only=True) as diary:
            material = read(diary, SINCE, UNTIL, keep=LISTED)
        assert material is not None
        file, shot = folder / "report.html", folder / "shot.png"
        file.write_text("".join(page(material, UNTIL)), encoding="utf-8")
        own = [f"--user-data-dir={folder / 'profile'}", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"]
        if os.geteuid() == 0:
            own.append("--no-sandbox")
        subprocess.run(
            [program, *OFFLINE, *own, f"--screenshot={shot}", file.as_uri()], check=True, capture_output=True
        )
        with Image.open(shot) as image:
            image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path)
    make(parser.parse_args().picture)


if __name__ == "__main__":
    main()
