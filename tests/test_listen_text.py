from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from voicelog.app.cli.listen import listen
from voicelog.app.run.batch import NOT_UNDERSTOOD, WITHOUT_WAKE_PHRASE
from voicelog.app.run.text_input import TypedLine, typed_line
from voicelog.core.errors import UsageError
from voicelog.diary import open_diary

NOON = "2026-03-01T12:00:00+01:00"


@pytest.fixture(autouse=True)
def no_settings_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def listened(tmp_path: Path, text: str | bytes, *options: str, now: str = NOON) -> Result:
    command = ["--from-text", "--json", "--db", str(tmp_path / "diary.db"), "--now", now, *options]
    return CliRunner().invoke(listen, command, input=text, standalone_mode=False, catch_exceptions=False)


def events(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def said(result: Result) -> list[tuple[float, str]]:
    return [(e["t"], e["text"]) for e in events(result) if e["event"] == "said"]


def test_a_line_is_understood_saved_and_then_answered(tmp_path: Path) -> None:
    result = listened(tmp_path, "bad spasm, legs, eight out of ten\n")
    kinds = [e["event"] for e in events(result)]
    assert kinds == ["state", "heard", "saved", "said"]
    entry = events(result)[2]["entry"]
    assert (entry["severity"], entry["locations"], entry["at"]) == (8, ["both legs"], NOON)
    assert events(result)[3]["text"] == "Spasm, both legs, eight, saved."
    assert result.return_value == 0
    with open_diary(tmp_path / "diary.db") as diary:
        assert [e.to_json() for e in diary.entries()] == [entry]


def test_time_passes_as_the_lines_say_and_what_is_due_happens_at_its_time(tmp_path: Path) -> None:
    result = listened(tmp_path, "spasm in my left arm\n[+40] bad spasm, legs, six\n[+2.5] lasted a minute\n")
    times = [(e["t"], e["event"]) for e in events(result) if e["event"] in ("saved", "changed")]
    assert times == [(0, "saved"), (40, "saved"), (42.5, "changed")]
    asked = [t for t, text in said(result) if text.endswith("?")]
    assert asked == [10]
    assert events(result)[-2]["entry"]["at"] == "2026-03-01T12:00:40+01:00"


def test_after_the_last_line_silence_follows_but_not_hours_of_it(tmp_path: Path) -> None:
    result = listened(tmp_path, "spasm starting\n[+5] spasm in my left arm\n")
    with open_diary(tmp_path / "diary.db") as diary:
        assert [entry.running for entry in diary.running()] == [True]
    again = listened(tmp_path, "it's over\n", now="2026-03-01T12:02:00+01:00")
    changed = [e["entry"] for e in events(again) if e["event"] == "changed"]
    assert changed[0]["duration_s"] == 120
    assert said(result)


def test_a_call_for_help_runs_the_command_and_says_whether_it_worked(tmp_path: Path) -> None:
    rung = tmp_path / "rung"
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[help]\ncommand = 'echo called >> {rung}'\n")
    result = listened(tmp_path, "call for help\n", "--config", str(settings))
    assert rung.read_text() == "called\n"
    assert said(result)[-1][0] == 5
    taken_back = listened(tmp_path, "call for help\n[+2] no\n", "--config", str(settings))
    assert rung.read_text() == "called\n"
    assert len(said(taken_back)) == 2


def test_a_call_for_help_that_fails_is_tried_again(tmp_path: Path) -> None:
    rung = tmp_path / "rung"
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[help]\ncommand = 'echo called >> {rung}; echo the bell is off >&2; exit 3'\n")
    result = listened(tmp_path, "call for help\n", "--config", str(settings))
    assert rung.read_text() == "called\n" * 3
    assert "the bell is off" in said(result)[-1][1].lower()


def test_settings_said_are_kept(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("# mine\n[voice]\nvolume = 0.5\n")
    listened(tmp_path, "louder\n", "--config", str(settings))
    assert tomllib.loads(settings.read_text())["voice"]["volume"] > 0.5
    assert settings.read_text().startswith("# mine")


def test_lines_that_are_none_are_told_and_the_rest_is_done(tmp_path: Path) -> None:
    result = listened(tmp_path, b"\n[90] spasm\nbad sp\xffasm\n[+1e9] x\n[+99999999] spasm\nbad spasm, legs, eight\n")
    assert result.return_value == 1
    assert result.stderr.startswith("Line 2: ")
    assert [e["event"] for e in events(result)].count("saved") == 1


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("spasm", TypedLine("spasm")),
        ("[+90] spasm over", TypedLine("spasm over", 90)),
        (" [ +2.5 ]  eight ", TypedLine("eight", 2.5)),
        ("[+12]", TypedLine("", 12)),
        ("\ufeffspasm\r\n", TypedLine("spasm")),
        ("   ", None),
    ],
)
def test_lines(line: str, meant: TypedLine | None) -> None:
    assert typed_line(line) == meant


@pytest.mark.parametrize("line", ["[90] spasm", "[+] spasm", "[-5] spasm", "[+99999999] spasm", "[+nan] x"])
def test_lines_that_are_wrong(line: str) -> None:
    with pytest.raises(UsageError):
        typed_line(line)


def test_people_get_lines_on_standard_error(tmp_path: Path) -> None:
    command = ["--from-text", "--db", str(tmp_path / "diary.db"), "--now", NOON]
    result = CliRunner().invoke(listen, command, input="bad spasm, legs, eight\n", standalone_mode=False)
    assert result.stdout == ""
    assert "12:00:00  saved    12:00, spasm, severe, both legs, 8/10" in result.stderr


def test_people_are_told_of_lines_that_are_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(text: str, *more: str) -> list[str]:
        command = ["--from-text", "--db", str(tmp_path / "diary.db"), "--now", NOON, *more]
        result = CliRunner().invoke(listen, command, input=text, standalone_mode=False, catch_exceptions=False)
        return [line for line in result.stderr.splitlines() if line in (NOT_UNDERSTOOD, WITHOUT_WAKE_PHRASE)]

    assert told("lovely weather\nbad spasm, legs, eight\nthe kettle is on\n") == [NOT_UNDERSTOOD] * 2
    assert told("spasm, maybe seven\ntake a note\nlovely weather\nend note\nstop listening\nlovely weather\n") == []
    assert told("lovely weather\n", "--json") == []
    monkeypatch.setenv("VOICELOG_WAKE_PHRASE", "hello nurse")
    assert told("bad spasm, legs, eight\nhello nurse, bad spasm, legs, seven\n") == [WITHOUT_WAKE_PHRASE]


def test_what_cannot_be_saved_is_said_and_not_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        (tmp_path / name).write_text("nothing can be written there either")
        monkeypatch.setenv(name, str(tmp_path / name))
    process = started("--db", str(folder / "diary.db"))
    tell(process, "bad spasm, legs, eight")
    assert told(process, "said") == "Spasm, both legs, eight, saved."
    shutil.rmtree(folder)
    folder.write_text("no folder any more")
    tell(process, "bad spasm, left arm, six")
    after = [e for e in rest(process) if e["event"] in ("saved", "said", "problem")]
    assert [e["event"] for e in after][:2] == ["problem", "said"]
    assert not any(e["text"].startswith("Spasm") for e in after if e["event"] == "said")


def test_a_second_instance_is_refused(tmp_path: Path) -> None:
    process = started("--db", str(tmp_path / "diary.db"))
    second = subprocess.run(
        [sys.executable, "-m", "voicelog", "listen", "--from-text", "--db", str(tmp_path / "diary.db")],
        input="spasm\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "Another voicelog is listening" in second.stderr
    assert "Traceback" not in second.stderr
    tell(process, "bad spasm, legs, eight")
    assert any(e["event"] == "saved" for e in rest(process))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_was_called_saved_outlives_any_end(tmp_path: Path, number: signal.Signals) -> None:
    process = started("--db", str(tmp_path / "diary.db"))
    tell(process, "bad spasm, legs, eight")
    assert told(process, "saved", "entry")["severity"] == 8
    process.send_signal(number)
    assert process.wait(20) == (-number if number == signal.SIGKILL else 0)
    assert process.stderr is not None
    assert process.stderr.read() == ""
    with open_diary(tmp_path / "diary.db") as diary:
        assert [e.severity for e in diary.entries()] == [8]


def started(*options: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "voicelog", "listen", "--from-text", "--json", "--now", NOON, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert told(process, "state", "state") == "listening"
    return process


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def told(process: subprocess.Popen[str], event: str, value: str = "text") -> Any:
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line)
        if told["event"] == event:
            return told[value]
    raise AssertionError(f"the stream ended before {event}: {process.stderr and process.stderr.read()}")


def rest(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, _ = process.communicate(timeout=30)
    return [json.loads(line) for line in out.splitlines()]
