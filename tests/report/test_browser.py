"""The page looked at in headless Chromium: on a desktop, on a phone, and on paper."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import diary_generate
import pytest

from tests.report.diaries import WEEK, spasm
from tests.report.test_page import of
from voicelog.report.page import Wishes
from voicelog.report.pdf import OFFLINE, browser, write_pdf

pytestmark = pytest.mark.skipif(browser() is None, reason="Chromium is not installed")
LONG = "a note without any space " + "x" * 300

PROBE = """
<script>
document.querySelectorAll('details').forEach(each => each.open = true);
const width = document.documentElement.clientWidth, found = [];
const name = e => e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + e.textContent.trim().slice(0, 30);
for (const e of document.body.querySelectorAll('*')) {
  if (e.closest('.wide') && !e.matches('.wide')) continue;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || e.closest('clipPath')) continue;
  if (box.right > width + 1 || box.left < -1) found.push('beyond the page: ' + name(e));
  const style = getComputedStyle(e);
  if (style.overflowX !== 'visible' && !e.matches('.wide, svg *') && e.scrollWidth > e.clientWidth + 1)
    found.push('cut off: ' + name(e));
}
for (const svg of document.querySelectorAll('figure > svg')) {
  const frame = svg.parentElement.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')];
  const boxes = texts.map(text => text.getBoundingClientRect());
  boxes.forEach((box, i) => {
    if (box.bottom > frame.bottom || box.height < 8) found.push('text too small or outside: ' + name(texts[i]));
    boxes.slice(i + 1).forEach((other, j) => {
      const beside = box.left > other.right - 1 || other.left > box.right - 1;
      if (!beside && box.top < other.bottom - 2 && other.top < box.bottom - 2)
        found.push('texts on one another: ' + name(texts[i]) + ' / ' + name(texts[i + 1 + j]));
    });
  });
}
if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
document.title = JSON.stringify({width, found, rows: document.querySelectorAll('.list tr').length});
</script>
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def year(folder: Path) -> str:
    """A year that has everything, among it words too long for any column."""
    made_up = list(diary_generate.entries(2920, seed=2, years=1))
    odd = made_up[-1].with_fields(id="odd", kind="note", note=LONG, medication=None, dose=None, unit=None)
    (folder / "year").mkdir()
    return of(folder / "year", [*made_up, odd], wishes=Wishes(name="Somebody " + "Very" * 30))


def chromium(profile: Path, *args: str) -> subprocess.CompletedProcess[str]:
    program = browser()
    assert program is not None
    own = ("--no-sandbox", f"--user-data-dir={profile}", "--hide-scrollbars")
    return subprocess.run([program, *OFFLINE, *own, *args], capture_output=True, text=True, timeout=120, check=True)


def probed(folder: Path, page: str, width: int) -> dict[str, Any]:
    """What the probe finds on the page at that width; the page's own policy, which forbids the probe, is taken out."""
    file = folder / f"probe{width}.html"
    file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    size = f"--window-size={width},900"
    dom = chromium(folder / "profile", size, "--dump-dom", file.as_uri()).stdout
    title = re.search(r"<title>(.*?)</title>", dom, re.S)
    assert title is not None
    found: dict[str, Any] = json.loads(unescape(title[1]))
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_page_or_cut_off(folder: Path, year: str, width: int) -> None:
    seen = probed(folder, year, width)
    assert seen["found"] == []
    assert seen["width"] <= max(width, 500)
    assert seen["rows"] > 2000


def test_the_probe_sees_what_is_wrong(folder: Path) -> None:
    wrong = '<html><head><title></title></head><body><p style="width:2000px">wide</p></body></html>'
    assert any("beyond the page" in each for each in probed(folder, wrong, 390)["found"])


def test_no_error_on_the_console_and_not_an_empty_picture(folder: Path, year: str) -> None:
    file, picture = folder / "year.html", folder / "year.png"
    file.write_text(year, encoding="utf-8")
    log = ("--enable-logging=stderr", "--v=0", f"--screenshot={picture}", "--window-size=1280,2000")
    done = chromium(folder / "profile", *log, file.as_uri())
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    assert picture.stat().st_size > 50_000


def test_the_console_is_heard(folder: Path) -> None:
    file = folder / "noisy.html"
    file.write_text("<script>console.error('heard')</script>", encoding="utf-8")
    log = ("--enable-logging=stderr", "--v=0", "--dump-dom")
    assert "CONSOLE" in chromium(folder / "profile", *log, file.as_uri()).stderr


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize(("paper", "size"), [("A4", (594.96, 841.92)), ("Letter", (612, 792))])
def test_on_paper_every_word_is_within_the_margins(folder: Path, paper: str, size: tuple[float, float]) -> None:
    short = folder / paper
    short.mkdir()
    page = of(short, [*WEEK, spasm("2026-03-06 14:00", 5, sensations=(LONG,))])
    printed = short / "report.pdf"
    write_pdf(page, printed, paper)
    assert printed.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in short.iterdir() if each.name.startswith("voicelog-pdf")] == []
    boxes = subprocess.run(["pdftotext", "-bbox", printed, "-"], capture_output=True, text=True, check=True).stdout
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', boxes)
    assert all((float(width), float(height)) == pytest.approx(size, abs=1) for width, height in pages)
    words = re.findall(r'<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<', boxes)
    outside = [word for *box, word in words if not _within(box, size)]
    assert outside == []
    text = {word for *_, word in words}
    assert {"Spasm", "baclofen", "botox", "calf", "clonus", "slept", "well"} <= text


def _within(box: list[str], size: tuple[float, float]) -> bool:
    left, top, right, bottom = map(float, box)
    return left >= 30 and top >= 30 and right <= size[0] - 30 and bottom <= size[1] - 30
