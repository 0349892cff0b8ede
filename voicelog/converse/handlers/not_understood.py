"""What was said to the logger and not understood: never silence, kept as heard, and read back when asked."""

from __future__ import annotations

from dataclasses import dataclass

from voicelog.converse.messages import KeepUnclear
from voicelog.converse.state import Missed, Talk
from voicelog.core.meaning import Meaning


@dataclass(frozen=True, slots=True)
class Limits:
    """When talk that was not understood is taken as meant for the logger.

    ``addressed`` is the least probability, 0 to 1, that it was; ``addressed_soon`` the same within the time in which
    what is said still completes an entry, when far more of what is said is about it. ``say_again_s`` seconds after
    "Sorry?" only the chime is heard: to be told twice in a row helps nobody. ``most_read`` are read back at once.
    """

    addressed: float = 0.5
    addressed_soon: float = 0.3
    say_again_s: float = 60.0
    most_read: int = 3


LIMITS = Limits()


def was_for_us(talk: Talk, meaning: Meaning) -> bool:
    """Whether the words were rather said to the logger than in the room."""
    if meaning.addressed is None:
        return False
    soon = bool(talk.still_open())
    return meaning.addressed >= (LIMITS.addressed_soon if soon else LIMITS.addressed)


def tell(talk: Talk, meaning: Meaning) -> None:
    """Keep the words, and say that they were not understood: by a chime of its own, by day with a word."""
    event = (meaning.intent or "").startswith(("log_", "start_"))
    talk.missed.append(Missed(talk.now, meaning.text, event))
    talk.actions.append(KeepUnclear(meaning.text))
    talk.chime("unclear")
    said_lately = talk.sorry_at is not None and talk.t - talk.sorry_at < LIMITS.say_again_s
    if not talk.night and not said_lately:
        talk.sorry_at = talk.t
        talk.answer("sorry")


def review(talk: Talk, meaning: Meaning) -> None:
    """Read back what was not understood, the newest first."""
    del meaning
    talk.leave()
    if not talk.missed:
        talk.answer("nothing_missed")
        return
    newest = talk.missed[: -LIMITS.most_read - 1 : -1]
    heard = [
        talk.replies.fragment("missed", when=talk.describe.clock.at(each.at, talk.now), text=each.text)
        for each in newest
    ]
    times = talk.describe.phrases.times(len(talk.missed))
    talk.answer("missed", times=times, heard=" ".join(heard))
