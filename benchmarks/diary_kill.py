"""Kill a program that writes the diary, at random moments, and look what is left.

A child process saves and changes entries one after the other and tells of each as soon as it is confirmed; it is
killed (SIGKILL) a random time later, as a power cut would, and another goes on with the same diary. After every kill
each confirmed entry must be there as confirmed, nothing half there, and the integrity check must find nothing.

    python benchmarks/diary_kill.py [--kills 1000] [--seed 1] [--lanes 1]

``--lanes`` diaries are written and killed side by side. ``--folder`` says where: a folder in memory (``/dev/shm``) has
no waiting for a disk, so that more of the moments are in the program's own work. Needs a POSIX system. Prints how many
entries were confirmed and how many were on disk without being confirmed (killed between the commit and the telling),
and ends with status 1 if any was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from voicelog.diary import open_diary
from voicelog.diary.diary import Stored
from voicelog.entry import Change, Entry

START = datetime(2026, 1, 1, tzinfo=UTC)
RENEWED = 25
"""Kills after which another diary is begun."""


@dataclass
class Tally:
    """What the kills of one diary came to."""

    confirmed: dict[str, dict[str, object]] = field(default_factory=dict)
    kills: int = 0
    unconfirmed: int = 0
    journaled: int = 0


@dataclass(frozen=True)
class Total:
    """What all kills came to, in numbers of entries."""

    kills: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    journaled: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


def stream(path: Path, first: int, out: int) -> None:
    """Save entry after entry, every third changed once, and tell of each as a line of JSON when it is confirmed."""
    with open_diary(path) as diary:
        number = first
        while True:
            at = START + timedelta(minutes=number)
            locations = ("left leg", "back")[: number % 3]
            entry = Entry(f"{number:08d}", "spasm", at, at, text="spasm " * (number % 200), locations=locations)
            _tell(out, diary.write(Change(f"save {number}", "save", None, entry, at)))
            if number % 3 == 0:
                changed = entry.with_fields(severity=float(number % 11), note="é" * (number % 50))
                _tell(out, diary.write(Change(f"change {number}", "change", entry, changed, at)))
            number += 1


def _tell(out: int, stored: object) -> None:
    if isinstance(stored, Stored):
        assert stored.change.after is not None
        os.write(out, json.dumps(stored.change.after.to_json()).encode() + b"\n")
    else:
        os.write(out, b'{"journaled": true}\n')


def kill_one(path: Path, tally: Tally, rng: random.Random, longest_s: float) -> None:
    """Let a child write for a while and kill it; then check the diary."""
    first = 1 + max((int(name) for name in tally.confirmed), default=0) + tally.unconfirmed + 10
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            stream(path, first, writer)
        finally:
            os._exit(70)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        # Every fourth while the diary is still being opened.
        heard = told.read1() if rng.random() < 0.75 else b""
        time.sleep(rng.uniform(0, longest_s))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        lines = (heard + told.read()).split(b"\n")[:-1]
    if not os.WIFSIGNALED(status):
        raise AssertionError("the writer ended by itself")
    for line in lines:
        said = json.loads(line)
        if "journaled" in said:
            tally.journaled += 1
        else:
            tally.confirmed[said["id"]] = said
    tally.kills += 1
    check(path, tally)


def check(path: Path, tally: Tally) -> None:
    """``AssertionError`` where anything confirmed is not there, or anything is there in half."""
    with open_diary(path) as diary:
        assert diary.notices == [], diary.notices
        there = {entry.id: entry.to_json() for entry in diary.entries()}
        for name, confirmed in tally.confirmed.items():
            found = there.get(name)
            # The last change may have been written and not told of.
            assert found is not None, f"{name} is lost"
            assert found == confirmed or diary.history(name)[-1].op == "change", f"{name} is not as confirmed"
        tally.unconfirmed = len(there) - len(tally.confirmed)
        ask = diary.connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("SELECT count(*) FROM entry_index").fetchone()[0] == len(there)
        assert ask("SELECT sum(count) FROM totals").fetchone()[0] in (None, len(there))
        orphans = "SELECT count(*) FROM entries e WHERE version != (SELECT count(*) FROM changes WHERE entry_id = e.id)"
        assert ask(orphans).fetchone()[0] == 0
        # A thing half written would be an entry without its change, or a change without its entry.
        assert ask("SELECT count(DISTINCT entry_id) FROM changes").fetchone()[0] == len(there)


def run(folder: Path, kills: int, seed: int, lanes: int = 1, longest_s: float = 0.03) -> Total:
    """So many kills in all, shared among ``lanes`` diaries side by side."""
    if lanes == 1:
        return _lane(folder, kills, seed, longest_s)
    shares = [kills // lanes + (lane < kills % lanes) for lane in range(lanes)]
    folders = [folder / f"lane{lane}" for lane in range(lanes)]
    seeds = [1000 * seed + lane for lane in range(lanes)]
    with ProcessPoolExecutor(lanes, get_context("fork")) as pool:
        return sum(pool.map(_lane, folders, shares, seeds, [longest_s] * lanes), Total())


def _lane(folder: Path, kills: int, seed: int, longest_s: float) -> Total:
    """Kill after kill, the diary renewed now and then so that its making is killed too."""
    rng = random.Random(seed)
    total = Total()
    for start in range(0, kills, RENEWED):
        tally = Tally()
        for _ in range(min(RENEWED, kills - start)):
            kill_one(folder / f"diary{start}.db", tally, rng, longest_s)
        total += Total(tally.kills, len(tally.confirmed), tally.unconfirmed, tally.journaled)
    return total


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the diaries are made for a while; the temporary folder else")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        try:
            total = run(Path(folder), args.kills, args.seed, args.lanes)
        except AssertionError as error:
            print(f"lost: {error}")
            return 1
    print(
        f"{total.kills} kills, {total.confirmed} entries confirmed and all there, {total.unconfirmed} there though "
        f"not yet confirmed, {total.journaled} journaled"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
