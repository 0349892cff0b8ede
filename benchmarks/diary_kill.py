"""Kill a program that writes the diary, at random moments, and look what is left.

A child process saves and changes entries one after the other and tells of each as soon as it is confirmed; it is
killed (SIGKILL) a random time later, as a power cut would, and another goes on with the same diary. After every kill
each confirmed entry must be there as confirmed, nothing half there, and the integrity check must find nothing.

    python benchmarks/diary_kill.py [--kills 1000] [--seed 1] [--lanes 1] [--folder DIR] [--full | --failing N]

``--lanes`` diaries are written and killed side by side. ``--folder`` says where: a folder in memory (``/dev/shm``) has
no waiting for a disk, so that more of the moments are in the program's own work. With ``--full`` the disk, a small one
made for it (needs root), fills up while the child writes, and now and then stays full while the next one starts. With
``--failing`` one in so many of the child's reads, writes and syncs of the diary's files fails (needs a C compiler).
Needs a POSIX system. Prints how many entries were confirmed as saved, how many as kept in the journal, and how many
were on disk without being confirmed (killed between the commit and the telling); ends with status 1 if any was lost.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError
from voicelog.diary import Diary, Stored, open_diary

START = datetime(2026, 1, 1, tzinfo=UTC)
RENEWED = 25
"""Kills after which another diary is begun."""
LONGEST_S = 0.03
"""Seconds until the kill, at most."""
FIRST_S = 1.0
"""Seconds that the first confirmation is waited for."""
SMALL_DISK_KB = 4000
FAILING_DISK = Path(__file__).parents[1] / "tests" / "diary" / "failing_disk.c"
_EACH = 100_000
"""Numbers of entries that are left to each child."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls the child but the kill: a disk that fills up, or one of so many calls failing (0 for none)."""

    full: bool = False
    one_fails_in: int = 0


@dataclass
class Tally:
    """What the kills of one diary came to: the entries as they were last told of, and which of them were journaled."""

    kills: int = 0
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    journaled: set[str] = field(default_factory=set)
    unconfirmed: int = 0


@dataclass(frozen=True)
class Total:
    """What all kills came to, in numbers of entries."""

    kills: int = 0
    confirmed: int = 0
    journaled: int = 0
    unconfirmed: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


# ---- the child ------------------------------------------------------------------------------------------------------


def stream(path: Path, first: int, out: int) -> None:
    """Save entry after entry, every third changed once, and tell of each as a line of JSON when it is confirmed."""
    number = first
    while True:
        try:
            with open_diary(path, wait_s=0.2) as diary:
                while True:
                    number += 1
                    at = START + timedelta(minutes=number % _EACH)
                    locations = ("left leg", "back")[: number % 3]
                    entry = Entry(f"{number:08d}", "spasm", at, at, text="spasm " * (number % 200), locations=locations)
                    if _write(diary, Change(f"save {number}", "save", None, entry, at), out) and number % 3 == 0:
                        changed = entry.with_fields(severity=float(number % 11), note="é" * (number % 50))
                        _write(diary, Change(f"change {number}", "change", entry, changed, at), out)
        except DiaryError:
            # It could not be opened, on a disk that fails: the logger would be started again.
            continue


def _write(diary: Diary, change: Change, out: int) -> bool:
    """Whether it was taken, and told of; otherwise there is nothing to find later."""
    try:
        stored = diary.write(change)
    except DiaryError:
        return False
    assert stored.change.after is not None
    told = {"journaled": not isinstance(stored, Stored), "entry": stored.change.after.to_json()}
    os.write(out, json.dumps(told).encode() + b"\n")
    return True


# ---- the kill -------------------------------------------------------------------------------------------------------


def kill_one(path: Path, tally: Tally, rng: random.Random, trouble: Trouble) -> None:
    """Let a child write for a while and kill it; then check the diary."""
    filler = path.with_name("filler")
    if trouble.full and not filler.exists():
        fill(filler, rng.randrange(0, 300))
    seed = rng.randrange(1, 1 << 30)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            if trouble.one_fails_in:
                ctypes.CDLL(None).fail_one_in(trouble.one_fails_in, seed)
            stream(path, tally.kills * _EACH, writer)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(70)
    os.close(writer)
    tally.kills += 1
    with os.fdopen(reader, "rb") as told:
        # Every fourth while the diary is still being opened; where all fails, nothing may ever be confirmed.
        waited = rng.random() < 0.75 and select.select([told], [], [], FIRST_S)[0]
        heard = told.read1() if waited else b""
        time.sleep(rng.uniform(0, LONGEST_S))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        lines = (heard + told.read()).split(b"\n")[:-1]
    if not os.WIFSIGNALED(status):
        raise AssertionError("the writer ended by itself")
    for line in lines:
        said = json.loads(line)
        name = said["entry"]["id"]
        tally.told[name] = said["entry"]
        if said["journaled"]:
            tally.journaled.add(name)
    if trouble.full and rng.random() < 0.3:
        return
    filler.unlink(missing_ok=True)
    check(path, tally, trouble)


def check(path: Path, tally: Tally, trouble: Trouble) -> None:
    """``AssertionError`` where anything confirmed is not there, or anything is there in half."""
    with open_diary(path) as diary:
        allowed = "journal" if trouble != Trouble() else "nothing"
        assert all(allowed in notice for notice in diary.notices), diary.notices
        there = {entry.id: entry.to_json() for entry in diary.entries()}
        for name, told in tally.told.items():
            found = there.get(name)
            assert found is not None, f"{name} is lost"
            # The last change may have been written and not told of; what waits in the journal is logged later.
            same = found == told or (name in tally.journaled and found | {"logged_at": told["logged_at"]} == told)
            if not same:
                # Only what was saved is changed; taken in from the journal, the save comes after it in the history.
                changed = [change.after for change in diary.history(name) if change.op == "change"]
                untold = "severity" not in told and any(after and found == after.to_json() for after in changed)
                assert untold, f"{name} is not as confirmed: {told}, but {found}, {diary.history(name)}"
        tally.unconfirmed = len(there.keys() - tally.told.keys())
        ask = diary.connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("SELECT count(*) FROM entry_index").fetchone()[0] == len(there)
        assert ask("SELECT sum(count) FROM totals").fetchone()[0] in (None, len(there))
        # What a later change had overtaken while it waited in the journal has no version.
        steps = "SELECT count(*) FROM changes WHERE entry_id = e.id AND json_extract(after, '$.version') > 0"
        assert ask(f"SELECT id FROM entries e WHERE version != ({steps})").fetchall() == []
        # A thing half written would be an entry without its change, or a change without its entry.
        assert ask("SELECT count(DISTINCT entry_id) FROM changes").fetchone()[0] == len(there)


# ---- many kills -----------------------------------------------------------------------------------------------------


def run(folder: Path, kills: int, seed: int, lanes: int = 1, trouble: Trouble | None = None) -> Total:
    """So many kills in all, shared among ``lanes`` diaries side by side."""
    trouble = trouble or Trouble()
    if lanes == 1:
        return _lane(folder, kills, seed, trouble)
    shares = [kills // lanes + (lane < kills % lanes) for lane in range(lanes)]
    folders = [folder / f"lane{lane}" for lane in range(lanes)]
    seeds = [1000 * seed + lane for lane in range(lanes)]
    with ProcessPoolExecutor(lanes, get_context("fork")) as pool:
        return sum(pool.map(_lane, folders, shares, seeds, [trouble] * lanes), Total())


def _lane(folder: Path, kills: int, seed: int, trouble: Trouble) -> Total:
    """Kill after kill, the diary renewed now and then so that its making is killed too."""
    rng = random.Random(seed)
    total = Total()
    for start in range(0, kills, RENEWED):
        tally = Tally()
        with small_disk(folder / f"{start}") if trouble.full else nullcontext(folder / f"{start}") as place:
            for _ in range(min(RENEWED, kills - start)):
                kill_one(place / "diary.db", tally, rng, trouble)
            (place / "filler").unlink(missing_ok=True)
            check(place / "diary.db", tally, trouble)
        total += Total(tally.kills, len(tally.told) - len(tally.journaled), len(tally.journaled), tally.unconfirmed)
    return total


# ---- disks ----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, kilobytes: int = SMALL_DISK_KB) -> Iterator[Path]:
    """A disk of so many kilobytes, in memory; :class:`OSError` where none can be mounted."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        raise OSError("a small disk can only be mounted as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(filler: Path, leave_kb: int = 0) -> None:
    """Write a file until the disk is full but for so many kilobytes."""
    filler.parent.mkdir(parents=True, exist_ok=True)
    size = 1 << 16
    with filler.open("wb", buffering=0) as file:
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
        file.truncate(max(0, file.tell() - 1024 * leave_kb))


def build_failing_disk(folder: Path) -> Path:
    """The library that makes calls fail, to be preloaded; :class:`OSError` where it cannot be built."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        raise OSError("needs Linux and a C compiler")
    library = folder / "failing_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-w", "-o", library, FAILING_DISK, "-ldl"], check=True)
    return library


def _preloaded(folder: Path) -> int:
    """This program once more, with the failing disk's library in it."""
    environment = {**os.environ, "LD_PRELOAD": str(build_failing_disk(folder))}
    return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the diaries are made for a while; the temporary folder else")
    parser.add_argument("--full", action="store_true", help="the disk fills up")
    parser.add_argument("--failing", type=int, default=0, metavar="N", help="one in N calls fails")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        if args.failing and "failing_disk" not in os.environ.get("LD_PRELOAD", ""):
            return _preloaded(Path(name))
        try:
            total = run(Path(name), args.kills, args.seed, args.lanes, Trouble(args.full, args.failing))
        except AssertionError as error:
            print(f"lost: {error}")
            return 1
    print(
        f"{total.kills} kills, {total.confirmed} entries confirmed and {total.journaled} kept in the journal, all "
        f"there; {total.unconfirmed} there though not yet confirmed"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
