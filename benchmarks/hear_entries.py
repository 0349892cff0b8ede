"""What is in the diary after a sentence said in its own way: one right entry, or a wrong one, several, none.

Every clip of the development speech that logs something is played, as fast as it can be, through the whole logger
(gate, recognisers, understanding, conversation, a diary of its own), with quiet around it. Beside it stands what
``understand`` makes of the same clip as a single utterance, where nothing can be cut. ``--explain`` shows each clip
that did not become one right entry.

Needs the installed model and ../shared/speech.
Usage: hear_entries.py [SPEECH] [--conditions slow clean] [--every 1] [--explain]
"""

from __future__ import annotations

import argparse
import tempfile
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hear_common import Clip, Given, clips
from hear_sounds import RATE, hush, room_around, to_int16

from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run import wiring as app
from voicelog.app.run.clock import HandClock
from voicelog.app.run.controller import Loop
from voicelog.app.run.recognition import Recognition
from voicelog.app.run.shutdown import Ending
from voicelog.converse.handlers.log_entry import KIND_OF
from voicelog.core.entry import Change, Entry
from voicelog.diary import open_diary
from voicelog.recognise.listener import Listener
from voicelog.recognise.recognisers import completeness

AROUND_S = 3.0
NOT_FIELDS = ("ago_s", "at", "period")


@dataclass(frozen=True)
class Outcome:
    """What was in the diary in the end, and what was heard on the way there."""

    entries: tuple[Entry, ...]
    heard: tuple[str, ...]


def logged(recognition: Recognition, clip: Clip, folder: Path, rng: np.random.Generator) -> Outcome:
    """Play one clip to a logger of its own."""
    around = room_around(clip.samples, 2 * AROUND_S, rng)
    around = to_int16(around + hush(2 * AROUND_S, rng))
    half = int(AROUND_S * RATE)
    sound = np.concatenate([around[:half], clip.samples, around[half:]])
    present: dict[str, Entry] = {}
    heard: list[str] = []

    def emit(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        if event == "heard":
            heard.append(values["text"])
        if change is not None:
            present.pop(change.entry.id, None)
            if change.after is not None:
                present[change.entry.id] = change.after

    settings = load_settings()
    clock = HandClock()
    ears, understanding = recognition.ears, recognition.understanding
    with open_diary(folder / f"{uuid.uuid4().hex}.db") as diary:
        loop = Loop(
            app.new_session(settings, diary, clock.zone), diary, lambda: understanding, clock, emit,
            keep_setting=lambda _name, _value: None, call_help=lambda: None, teach=lambda _: None,
            expect=lambda what: listener.use(ears.listening_for(what)), second_look=ears.second_look,
            as_one=ears.as_one,
        )  # fmt: skip
        listener = Listener(
            Given(sound), ears.listening_for(None), lambda text: completeness(understanding, text, loop.expecting)
        )
        app.run_sound(loop, clock, listener, Ending(), lambda _: None)
    return Outcome(tuple(present.values()), tuple(heard))


def is_right(entry: Entry, clip: Clip) -> bool:
    """Whether the entry has all that was said, and nothing else."""
    wanted = {name: value for name, value in clip.slots.items() if name not in NOT_FIELDS}
    got = {name: value for name in FIELDS if (value := getattr(entry, name)) not in (None, ())}
    kind = entry.kind == KIND_OF[clip.intent or ""]
    return kind and wanted.keys() == got.keys() and all(_same(got[name], wanted[name]) for name in wanted)


FIELDS = (
    "severity", "intensity", "locations", "type", "sensations", "triggers", "context", "duration_s", "medication",
    "dose", "unit", "treatment", "symptom",
)  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return sorted(one) == sorted(other)
    return bool(one == other)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--conditions", nargs="+", default=["slow", "clean"])
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--explain", action="store_true")
    given = arguments.parse_args()
    recognition = Recognition.load(load_settings())
    with tempfile.TemporaryDirectory(prefix="voicelog-benchmark-") as name:
        for condition in given.conditions:
            rng = np.random.default_rng(2)
            found: Counter[str] = Counter()
            for clip in list(clips(given.speech / "own", condition))[:: given.every]:
                if clip.intent not in KIND_OF:
                    continue
                outcome = logged(recognition, clip, Path(name), rng)
                right = sum(is_right(entry, clip) for entry in outcome.entries)
                what = "none" if not outcome.entries else "several" if len(outcome.entries) > 1 else "wrong"
                what = "one right" if right == len(outcome.entries) == 1 else what
                whole = recognition.explain(clip.samples).meaning
                slots = {n: v for n, v in whole.slots.items() if n not in NOT_FIELDS}
                wanted = {n: v for n, v in clip.slots.items() if n not in NOT_FIELDS}
                as_one = whole.accepted and whole.intent == clip.intent and slots.keys() == wanted.keys()
                as_one = as_one and all(_same(slots[n], wanted[n]) for n in wanted)
                found.update([what, "pieces" if len(outcome.heard) > 1 else "piece", "clips"])
                found["understand"] += as_one
                if given.explain and what != "one right":
                    got = [{n: v for n, v in e.to_json().items() if n in FIELDS} for e in outcome.entries]
                    print(f"  {clip.said!r} {'one' if as_one else '-'}: {what} {list(outcome.heard)} {got}", flush=True)
            print(
                f"{condition:8} of {found['clips']}: one right entry {found['one right']}, wrong {found['wrong']}, "
                f"several {found['several']}, none {found['none']}; in several utterances {found['pieces']}; "
                f"understood right as one utterance {found['understand']}",
                flush=True,
            )


if __name__ == "__main__":
    main()
