"""stats and report from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.report.diaries import WEEK, spasm, written
from voicelog.app.cli import main as cli

OPTIONS = ("--now", "2026-03-08T12:00:00+01:00", "--config")


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    before = [spasm(f"2026-02-{day:02} 12:00", 9) for day in range(23, 29)]
    return written(tmp_path / "diary.db", [*before, *WEEK])


@pytest.fixture
def run(diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> tuple[int, str, str]:
        command, *rest = args
        config = tmp_path / "settings.toml"
        config.touch()
        status = cli.run([command, "--db", str(diary), *OPTIONS, str(config), *rest])
        return status, *capsys.readouterr()

    return call


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_stats_of_a_period_against_the_one_before(run: Any) -> None:
    status, out, _ = run("stats", "--since", "2026-03-02", "--until", "2026-03-08", "--json")
    (figures,) = _lines(out)
    assert status == 0
    assert (figures["first"], figures["last"], figures["days"], figures["spasms"]) == ("2026-03-02", "2026-03-08", 7, 7)
    before = figures["before"]
    assert (before["first"], before["last"]) == ("2026-02-23", "2026-03-01")
    assert before["severity_daily_mean"] == {"before": 9.0, "now": 3.0, "relative": -0.667, "importance": "important"}
    assert before["spasms_per_day"]["before"] == 1.0  # six on the six days logged of seven


def test_stats_without_a_period_take_the_diary_from_its_first_entry_to_its_last(run: Any) -> None:
    (figures,) = _lines(run("stats", "--json")[1])
    assert (figures["first"], figures["last"]) == ("2026-02-23", "2026-03-06")
    assert "before" not in figures


def test_days_to_come_are_no_days_without_spasms(run: Any) -> None:
    (figures,) = _lines(run("stats", "--since", "2026-03-02", "--until", "2026-12-31", "--json")[1])
    assert (figures["last"], figures["days"]) == ("2026-03-08", 7)


def test_no_comparison_with_days_before_the_diary_began(run: Any) -> None:
    (figures,) = _lines(run("stats", "--since", "2026-02-25", "--json")[1])
    assert "before" not in figures


@pytest.mark.parametrize(("by", "rows"), [("day", 12), ("week", 2), ("month", 2)])
def test_stats_by_day_week_month(run: Any, by: str, rows: int) -> None:
    lines = _lines(run("stats", "--by", by, "--json")[1])
    assert len(lines) == rows
    assert sum(line["spasms"] for line in lines) == 13
    status, out, _ = run("stats", "--by", by)
    assert status == 0
    assert out.count("2026-0") == rows


def test_stats_for_people_name_what_counts(run: Any) -> None:
    status, out, _ = run("stats", "--since", "2026-03-02")
    assert status == 0
    for word in (
        "clinically important improvement",
        "Penn",
        "baclofen",
        "turning over",
        "lower back",
        "Farrar",
        "Unsure",
    ):
        assert word in out


def test_an_empty_period_is_said(run: Any) -> None:
    status, out, err = run("stats", "--since", "2025-01-01", "--until", "2025-02-01")
    assert (status, out) == (0, "")
    assert "no entries in this period" in err


def test_the_report_is_for_the_user_alone(run: Any, tmp_path: Path) -> None:
    page = tmp_path / "year.html"
    status, out, err = run("report", "--since", "2026-03-02", "-o", str(page), "--json")
    assert status == 0
    assert json.loads(out) == {"event": "reported", "entries": 15, "files": [str(page)]}
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "15 entries" in err


def test_the_report_to_standard_output(run: Any) -> None:
    status, out, _ = run("report", "-o", "-")
    assert status == 0
    assert out.rstrip().endswith("</html>")


def test_no_report_on_nothing(run: Any, tmp_path: Path) -> None:
    page = tmp_path / "none.html"
    status, _, err = run("report", "--until", "2020-01-01", "-o", str(page))
    assert status == 1
    assert "no entries in this period" in err
    assert not page.exists()


def test_without_a_browser_the_page_is_there_and_a_sentence_tells_what_to_do(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    status, _, err = run("report", "--pdf", "-o", str(tmp_path / "r.html"))
    assert status == 1
    assert "Install it" in err
    assert (tmp_path / "r.html").is_file()
    assert not (tmp_path / "r.pdf").exists()


def test_a_pdf_needs_a_file(run: Any) -> None:
    status, _, err = run("report", "--pdf", "-o", "-")
    assert status == 2
    assert "-o" in err


def test_a_folder_that_is_not_there_is_said(run: Any, tmp_path: Path) -> None:
    status, _, err = run("report", "-o", str(tmp_path / "nowhere" / "r.html"))
    assert status == 1
    assert "nowhere" in err
    assert "Traceback" not in err
