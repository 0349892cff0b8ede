"""Damages every file of the data folder at random, starts the logger, talks to it and calls for help.

``python benchmarks/diary_damage.py [COUNT] [SEED]``: each time one file of a folder in use (the diary, its log,
its journal, its unfinished recovery, a backup, the lock files, the settings and their last good copy, the taught words,
the standing) has bits flipped, is cut, zeroed, swapped for another of them, emptied, filled with what is foreign, made
huge, taken away, or has a folder in its place. Counted is how often the logger did not start, was silent about what it
lost, lost an entry that it says it has, overwrote what it should have kept, or could not call for help.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from voicelog.app.machine.last_good import words_made_good
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import wiring
from voicelog.app.run.batch import _help_now, wired
from voicelog.app.run.clock import HandClock
from voicelog.app.run.controller import Silence
from voicelog.app.run.recognition import understanding_for
from voicelog.app.run.shutdown import Ending
from voicelog.app.view.events import Watched
from voicelog.app.view.status_file import Standing, read_standing, write_standing
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import Settings
from voicelog.core.utterance import Utterance
from voicelog.diary import open_diary, open_for_listening
from voicelog.diary.repair.backup import back_up
from voicelog.diary.store import journal
from voicelog.understand import Understanding
from voicelog.understand.lexicon.taught import Taught, add_taught

NOON = datetime.fromisoformat("2026-03-14T12:00:00+00:00")
ENTRIES = 40
HUGE = 80 << 20
LINES = ("[+5] took ten of baclofen", "[+5] how many spasms today", "[+5] call for help", "[+60] spasm left leg seven")
VARIABLES = {"XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config"}

Damage = Callable[[Path, random.Random, list[Path]], None]


def flip(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Change some bits."""
    del others
    data = bytearray(file.read_bytes())
    for _ in range(rng.choice((1, 1, 3, 30)) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    file.write_bytes(data)


def cut(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Keep a beginning."""
    del others
    data = file.read_bytes()
    file.write_bytes(data[: rng.randrange(len(data) + 1)])


def zero(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Put zeros over a stretch."""
    del others
    data = bytearray(file.read_bytes())
    start = rng.randrange(len(data) + 1)
    length = min(rng.choice((1, 16, 512, 4096, len(data))), len(data) - start)
    data[start : start + length] = bytes(length)
    file.write_bytes(data)


def swap(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Exchange it for another of the files."""
    other = rng.choice(others)
    one, two = file.read_bytes(), other.read_bytes()
    file.write_bytes(two)
    other.write_bytes(one)


def foreign(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Fill it with what is not its own."""
    del others
    size = rng.choice((0, 10, 5000, 100_000))
    file.write_bytes(
        rng.choice((rng.randbytes(size), b"[" * size, b"Dear diary\n" * (size // 11), b'{"a": 1}\n' * (size // 9)))
    )


def missing(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Take it away, or put a folder in its place."""
    del others
    file.unlink()
    if rng.random() < 0.3:
        file.mkdir()


def huge(file: Path, rng: random.Random, others: list[Path]) -> None:
    """Let it go on with zeros for a long while."""
    del rng, others
    os.truncate(file, file.stat().st_size + HUGE)


DAMAGES: tuple[Damage, ...] = (flip, flip, cut, zero, swap, foreign, missing, huge)


@dataclass
class Result:
    """What came of the trials: how often what went wrong, with an example of each."""

    trials: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Starts refused with a sentence."""
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, example: str) -> None:
        """Count one more."""
        self.wrong.setdefault(what, []).append(example)


@contextmanager
def homes(folder: Path) -> Iterator[None]:
    """Have the user's folders in this one."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ.update({name: str(folder / part) for name, part in VARIABLES.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def entry(number: int) -> Entry:
    """The ``number``-th entry."""
    at = NOON - timedelta(hours=number)
    return Entry(f"{number:04}", "spasm", at, at, "spasm", severity=float(number % 11), locations=("left leg",))


def make(folder: Path) -> None:
    """A data folder that was in use."""
    diary = folder / "data" / "voicelog" / "diary.db"
    config = folder / "config" / "voicelog"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('[help]\ncommand = "echo called >> $HELP_CALLED"\n', encoding="utf-8")
    add_taught(config / "taught.yaml", Taught("zorbax", "medication", unit="mg"))
    with homes(folder):
        live = LiveSettings(forgiving=True)
        words_made_good(live.current)
        with open_for_listening(live.current) as opened:
            for number in range(ENTRIES):
                opened.write(Change(f"c{number}", "save", None, entry(number), NOON, "spasm"))
            opened.keep_unclear("mumble", NOON)
            copied = {part: diary.with_name(diary.name + part).read_bytes() for part in ("", "-wal")}
            back_up(diary)
        write_standing(diary, Standing(1, NOON.isoformat(), NOON.isoformat(), "listening", "the microphone"))
        for part, content in copied.items():
            diary.with_name(diary.name + part).write_bytes(content)
        record = {"change": {"id": "w", "op": "save", "before": None, "after": entry(99).to_json(),
                             "at": NOON.isoformat(), "words": "spasm"}}  # fmt: skip
        journal.append(journal.journal_path(diary), record)
        if not diary.with_name(f"{diary.name}.recovered").exists():
            shutil.copy(max((diary.parent / "diary.db.backups").iterdir()), f"{diary}.recovered")


def files(folder: Path) -> list[Path]:
    """Every file of it, in order."""
    return sorted(file for file in folder.rglob("*") if file.is_file())


def digests(folder: Path) -> dict[str, list[str]]:
    """The contents there are, by their sums."""
    found: dict[str, list[str]] = {}
    for file in files(folder):
        if file.stat().st_size < HUGE:
            found.setdefault(hashlib.sha256(file.read_bytes()).hexdigest(), []).append(file.name)
    return found


def trial(folder: Path, damaged: Path, understanding: Understanding, result: Result, example: str) -> None:
    """Start with the damaged file, talk, call for help, and look at what came of it."""
    diary = folder / "data" / "voicelog" / "diary.db"
    called = folder / "called"
    os.environ["HELP_CALLED"] = str(called)
    events: list[tuple[str, dict[str, Any]]] = []
    before = damaged.read_bytes() if damaged == diary and damaged.is_file() and damaged.stat().st_size < HUGE else None
    try:
        listen(understanding, events)
    except VoicelogError as error:
        result.refused[str(error).replace(str(folder), "")[:90]] += 1
        if not str(error).strip().endswith((".", "'", '"', "ing", "start")):
            result.add("no sentence", f"{example}: {error}")
        return
    except BaseException as error:
        result.add(f"ended with {type(error).__name__}", f"{example}: {error}")
        return
    if not called.exists():
        result.add("no help", example)
    faults = [values["text"] for name, values in events if name == "problem" and "went wrong" in values["text"]]
    if faults:
        result.add("a fault", f"{example}: {faults[0]}")
    saved = {values["entry"]["id"] for name, values in events if name == "saved"}
    told = any(name == "problem" for name, _ in events)
    with open_diary(diary) as again:
        there = {each.id for each in again.entries()}
    if not saved <= there:
        result.add("a saved entry is gone", example)
    if not {each.id for each in map(entry, range(ENTRIES))} <= there and not told:
        result.add("silent about lost entries", example)
    if before and hashlib.sha256(before).hexdigest() not in digests(folder) and told:
        kept = [file for file in files(folder) if ".damaged-" in file.name or file == diary]
        if not any(file.read_bytes()[: len(before)] == before for file in kept if "recovered" not in file.name):
            result.add("the original is overwritten", example)
    read_standing(diary)


def listen(understanding: Understanding, events: list[tuple[str, dict[str, Any]]]) -> None:
    """A run of the logger on some lines."""
    live = LiveSettings(forgiving=True)
    live.problem = " ".join(filter(None, (live.problem, words_made_good(live.current))))
    clock = HandClock(NOON)

    def show(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        del change
        events.append((event, json.loads(json.dumps(values))))

    with open_for_listening(live.current) as diary:
        run = wired(
            live, clock, Watched(show), diary, lambda: understanding, mouth=Silence(), expect=lambda _: None,
            call_help=_help_now(live), teach=lambda _: None,
        )  # fmt: skip
        wiring.run_typed(run.loop, clock, LINES, Ending(), lambda _: None, lambda said: run.loop.heard(said))


def run(count: int, seed: int) -> Result:
    """So many trials."""
    rng = random.Random(seed)
    result = Result()
    understanding = understanding_for(Settings())
    understanding.of_utterance(Utterance(typed="spasm", began=0.0, ended=0.0))
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        # Where it was made it is used: last good copies know a file by its path.
        make(Path(name) / "trial")
        (Path(name) / "trial").rename(whole)
        for number in range(count):
            folder = Path(name) / "trial"
            shutil.copytree(whole, folder)
            present = files(folder)
            file = present[number % len(present)]
            damage = rng.choice(DAMAGES)
            damage(file, rng, present)
            with homes(folder):
                trial(folder, file, understanding, result, f"{number} {damage.__name__} {file.relative_to(folder)}")
            result.trials += 1
            with suppress(OSError):
                shutil.rmtree(folder)
    return result


def main() -> int:
    """Run and tell."""
    count, seed = (*map(int, sys.argv[1:]), *(2000, 1)[len(sys.argv) - 1 :])
    began = time.monotonic()
    result = run(count, seed)
    print(f"{result.trials} damages in {time.monotonic() - began:.0f} s")
    for sentence, times in result.refused.most_common():
        print(f"  refused {times:4}: {sentence}")
    for what, examples in result.wrong.items():
        print(f"  WRONG {len(examples):4} {what}")
        for example in examples[:5]:
            print(f"       {example}")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
