"""Ten thousand utterances through the conversation, in less than five seconds of one core.

Needs nothing but the package. The meanings are made, the diary is a list in memory: what is measured is converse alone.

    python -m benchmarks.converse_speed [--count 10000]
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from datetime import UTC, datetime, timedelta

from voicelog.converse import messages as m
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder

LIMIT_S = 5.0
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PLACES = ("left leg", "right leg", "both legs", "back", "jaw", "left arm")


def said(chance: random.Random) -> Meaning:
    """Something that people say, as often as they say it."""
    severity, place = chance.randint(0, 10), chance.choice(PLACES)
    return chance.choices(
        [
            Meaning("spasm", "log_spasm", {"severity": severity, "locations": (place,)}, 0.9, True),
            Meaning("spasm", "log_spasm", {}, 0.9, True),
            Meaning("eight out of ten", "amend", {"severity": severity}, 0.9, True),
            Meaning("left leg", "amend", {"locations": (place,)}, 0.9, True),
            Meaning("no the back", "amend", {"locations": (place,)}, 0.9, True, replaces=("locations",)),
            Meaning("baclofen", "log_medication", {"medication": "baclofen", "dose": 10, "unit": "mg"}, 0.9, True),
            Meaning("undo", "undo", {}, 0.9, True),
            Meaning("bring it back", "restore", {}, 0.9, True),
            Meaning("starting", "start_spasm", {}, 0.9, True),
            Meaning("over", "end_spasm", {}, 0.9, True),
            Meaning("how many", "review_count", {"period": "today"}, 0.9, True),
            Meaning("summary", "review_summary", {"period": "last night"}, 0.9, True),
            Meaning("yes", "confirm", {}, 0.9, True),
            Meaning("no", "deny", {}, 0.9, True),
            Meaning("the television", None, {}, 0.1, False),
        ],
        weights=[10, 5, 8, 6, 3, 4, 2, 1, 2, 2, 2, 1, 2, 2, 10],
    )[0]


def run(count: int, seed: int = 1) -> tuple[float, int]:
    """Seconds of one core for so many utterances a quarter of a minute apart, and the changes they made."""
    chance = random.Random(seed)
    ids = itertools.count()
    session = Session(ConverseSettings(), lambda: str(next(ids)), Replies.load(grammars_folder("en")))
    meanings = [said(chance) for _ in range(count)]
    t, writes = 0.0, 0
    began = time.process_time()
    for meaning in meanings:
        t += chance.choice((2.0, 5.0, 15.0, 60.0))
        events: list[m.Event] = [m.Tick()] if (session.deadline or t) < t else []
        events.append(m.Understood(meaning))
        while events:
            moment = m.Moment(START + timedelta(seconds=t), t)
            for action in session.handle(events.pop(0), moment):
                if isinstance(action, m.Write):
                    writes += 1
                elif isinstance(action, m.Look):
                    events.insert(0, m.Found(action, (), 0))
    return time.process_time() - began, writes


def main() -> None:
    """Print the seconds, and fail where they are too many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="utterances (10000)")
    count = parser.parse_args().count
    seconds, writes = run(count)
    print(f"{count} utterances, {writes} changes: {seconds:.2f} s, {1e6 * seconds / count:.0f} µs an utterance")
    if seconds > LIMIT_S * count / 10_000:
        raise SystemExit(f"More than {LIMIT_S:.0f} s for ten thousand.")


if __name__ == "__main__":
    main()
