"""The report as a PDF, printed by a Chromium that is installed; nothing is fetched, and nothing stays behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from voicelog.core.errors import VoicelogError
from voicelog.diary.privacy.private_file import private_file

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Browsers that can print a page by themselves, in the order they are looked for."""
OFFLINE = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
    *("--disable-domain-reliability", "--no-pings", "--metrics-recording-only"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-features=OptimizationHints,MediaRouter"),
)
"""Options with which the browser shows nothing, and looks nothing up."""
WAIT_S = 180


class PdfError(VoicelogError):
    """No PDF could be made."""


def browser() -> str | None:
    """The browser that prints, None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def write_pdf(page: str, output: Path, paper: str) -> None:
    """Print the page to ``output`` on ``paper`` (``A4``, ``Letter``); :class:`PdfError` where that is not possible."""
    program = browser()
    if program is None:
        raise PdfError(
            "A PDF needs the browser Chromium, which is not installed. Install it (Debian, Ubuntu: sudo apt install "
            "chromium), or open the page in any browser and print it to a file."
        )
    # Beside the result: browsers in a sandbox of their system often see neither /tmp nor hidden folders.
    with tempfile.TemporaryDirectory(dir=output.parent, prefix="voicelog-pdf-") as folder:
        source, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page.replace("</style>", f"@page{{size:{paper}}}</style>", 1), encoding="utf-8")
        _print(program, source, printed, Path(folder) / "profile")
        with private_file(output) as file:
            file.write(printed.read_bytes())


def _print(program: str, source: Path, printed: Path, profile: Path) -> None:
    # The browser refuses to run as root with a sandbox; the page has neither scripts nor anything from outside.
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    own = (f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    command = [program, *OFFLINE, *as_root, *own, source.resolve().as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise PdfError(
            f"{program} did not print the report within {WAIT_S} s. Print the page from a browser."
        ) from None
    if done.returncode or not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = f": {said[-1]}" if said else ""
        raise PdfError(f"{program} could not print the report{why}. Print the page from a browser.")
