"""What converse takes and gives: events in, actions out, all small frozen dataclasses.

Every event is handed over with the :class:`Moment` it happened at; converse has no clock of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from voicelog.core.entry import Change, Entry
from voicelog.core.meaning import Meaning


@dataclass(frozen=True, slots=True)
class Moment:
    """A reading of both clocks: ``wall`` (aware, local) for entries, ``t`` (monotonic seconds) for waiting."""

    wall: datetime
    t: float


# ---- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance was heard and understood, or not (``meaning.accepted``).

    ``continues``: it is what the utterance before and this one say together, as one sentence; what was done because of
    that one gives way to it.
    """

    meaning: Meaning
    continues: bool = False


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody began to speak; a question's waiting time stands still until they end."""


@dataclass(frozen=True, slots=True)
class SpeechDropped:
    """What began was no speech with words: nothing follows, and waiting goes on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; due when :attr:`Session.deadline` is reached."""


@dataclass(frozen=True, slots=True)
class SayingEnded:
    """What was said aloud has ended, or was interrupted."""

    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The diary's answer to a :class:`Look`: the first entries in order, and figures over all that match.

    ``severity_mean`` is over those with a severity (``severity_n`` of them); ``duration_s`` is the sum;
    ``doses`` are sums by medication and unit: ``(medication, unit, sum, times)``.
    """

    look: Look
    entries: tuple[Entry, ...]
    count: int
    severity_mean: float | None = None
    severity_n: int = 0
    duration_s: float = 0.0
    doses: tuple[tuple[str, str | None, float | None, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """A change could be kept neither in the diary nor in the journal beside it."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True)
class Journaled:
    """The diary could not be written; the change is safe in the journal beside it.

    ``beside`` is False where nothing can be written there either, and the journal is in the user's own folders.
    """

    change: Change
    why: str
    beside: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Something went wrong or was mended elsewhere (microphone lost or back, speaker failed); a sentence to say."""

    text: str
    state: str | None = None
    """The new state for the ``state`` event, where it changes (``microphone lost``, ``listening``)."""
    spoken: str = ""
    """What is said of it, where the sentence is for the eye, with paths and lines."""
    lasting: bool = False
    """To be told once more in the next summary."""


@dataclass(frozen=True, slots=True)
class HelpRan:
    """The command that calls for help has ended."""

    ok: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Taught:
    """The word of a :class:`TeachWord` is kept, and understood from now on."""

    word: str


Event = (
    Understood
    | SpeechBegan
    | SpeechDropped
    | Tick
    | SayingEnded
    | Found
    | WriteFailed
    | Journaled
    | Problem
    | HelpRan
    | Taught
)


# ---- actions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries a look concerns; empty fields do not narrow.

    ``since`` is inclusive, ``until`` exclusive, both on ``at``. A location without a side covers every side of that
    part. Severity bounds are inclusive. ``hours`` narrows by local time of day, from inclusive, to exclusive, and may
    pass midnight. ``text`` are words to find in notes (all of them, any order).
    """

    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    locations: tuple[str, ...] = ()
    severity_min: float | None = None
    severity_max: float | None = None
    intensity: str | None = None
    type: str | None = None
    sensations: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    medication: str | None = None
    treatment: str | None = None
    symptom: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    """Other fields of the table, each with the value that it must be or hold."""
    hours: tuple[time, time] | None = None
    text: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A question to the diary. ``order``: ``newest``, ``oldest``, ``worst`` or ``longest``; ties newest first."""

    filter: Filter
    order: str = "newest"
    limit: int = 1
    tag: str = ""
    """For the session's own use; comes back in :class:`Found`."""


@dataclass(frozen=True, slots=True)
class Write:
    """Put this change on disk before anything that follows in the list is done."""

    change: Change


@dataclass(frozen=True, slots=True)
class Say:
    """Say this aloud. ``kind``: ``confirmation``, ``question``, ``answer``, ``notice`` or ``problem``."""

    text: str
    kind: str = "answer"
    hushed: bool = False
    """Night mode: whisper, at the night's volume."""


@dataclass(frozen=True, slots=True)
class Chime:
    """Play a short sound: ``saved``, ``changed``, ``removed``, ``question``, ``unclear``, ``problem``, ``asleep``,
    ``awake``.
    """

    name: str
    hushed: bool = False
    """Night mode: at the night's volume."""


@dataclass(frozen=True, slots=True)
class StopSaying:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What the next utterance is likely to be: a slot's name, ``confirm``, ``dictation``, ``spelling``,
    ``asleep``, or None.
    """

    what: str | None


@dataclass(frozen=True, slots=True)
class KeepUnclear:
    """Keep, as text, what was heard but not understood."""

    text: str


@dataclass(frozen=True, slots=True)
class Set:
    """Change a setting and keep it (``voice.volume``, ``voice.rate``, ``night.mode`` …)."""

    name: str
    value: float | str | bool


@dataclass(frozen=True, slots=True)
class CallHelp:
    """Run the command of the settings that calls for help; answered by :class:`HelpRan`."""


@dataclass(frozen=True, slots=True)
class State:
    """What the logger is doing now: ``listening``, ``asleep``, ``microphone lost`` …"""

    name: str


@dataclass(frozen=True, slots=True)
class TeachWord:
    """Teach the recogniser a new word of this kind (``medication``, ``treatment`` …).

    It is answered by :class:`Taught`, or by :class:`Problem`. ``said`` is what each time was heard as, where it was not
    spelled.
    """

    kind: str
    word: str
    said: tuple[str, ...] = ()


Action = Look | Write | Say | Chime | StopSaying | Expect | KeepUnclear | Set | CallHelp | State | TeachWord
