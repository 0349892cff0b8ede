"""The states of a conversation, all in one place.

The rules:

- Exactly one :class:`Mode` holds at any time. Only :func:`after` leads from one to the next; a step that the table
  does not have is a mistake in the program and raises ``LookupError``.
- ``LISTENING`` is home: entries, corrections, questions of the user are taken. Every other mode leads back to it, by
  an answer, by "stop", or by time alone; nothing that was saved depends on the way back.
- ``ASKING``: the logger has asked one thing (:class:`Question`) and waits. Whatever else is said counts as in
  ``LISTENING``; silence lets the question lapse and leaves every entry as it is.
- ``READING``: a list is read entry by entry. A question asked meanwhile ("Delete …?") resumes the reading.
- ``DICTATING``: everything said is the note, except what ``PASSES`` lets through.
- ``ASLEEP``: only what ``PASSES`` lets through is heard at all.
- A call for help runs beside all modes, with states of its own (:class:`Call`): nothing else that is said or done
  delays it, and only "no" or "stop" ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from voicelog.core.meaning import Meaning


class Mode(Enum):
    """What the logger is doing."""

    LISTENING = auto()
    ASKING = auto()
    READING = auto()
    DICTATING = auto()
    ASLEEP = auto()


class Step(Enum):
    """What leads from one mode to another."""

    ASK = auto()
    """The logger asks something."""
    SETTLE = auto()
    """The question was answered, overtaken or lapsed."""
    RESUME = auto()
    """As SETTLE, back to the list that was being read."""
    READ = auto()
    """A list begins to be read, or goes on."""
    DICTATE = auto()
    LEAVE = auto()
    """The list or the note is done with."""
    SLEEP = auto()
    WAKE = auto()


_ANYWHERE_AWAKE = {Step.READ: Mode.READING, Step.DICTATE: Mode.DICTATING, Step.SLEEP: Mode.ASLEEP}

TABLE: dict[Mode, dict[Step, Mode]] = {
    Mode.LISTENING: {**_ANYWHERE_AWAKE, Step.ASK: Mode.ASKING, Step.WAKE: Mode.LISTENING},
    Mode.ASKING: {
        **_ANYWHERE_AWAKE,
        Step.ASK: Mode.ASKING,
        Step.SETTLE: Mode.LISTENING,
        Step.RESUME: Mode.READING,
        Step.WAKE: Mode.ASKING,
    },
    Mode.READING: {
        **_ANYWHERE_AWAKE,
        Step.ASK: Mode.ASKING,
        Step.LEAVE: Mode.LISTENING,
        Step.WAKE: Mode.READING,
    },
    Mode.DICTATING: {Step.LEAVE: Mode.LISTENING},
    Mode.ASLEEP: {Step.WAKE: Mode.LISTENING},
}

PASSES: dict[Mode, frozenset[str]] = {
    Mode.DICTATING: frozenset({"end_note", "stop", "call_help"}),
    Mode.ASLEEP: frozenset({"wake", "call_help"}),
}
"""In these modes nothing is heard but these intents."""


def after(mode: Mode, step: Step) -> Mode:
    """The mode that the step leads to; ``LookupError`` where the table has no such step."""
    try:
        return TABLE[mode][step]
    except KeyError:
        raise LookupError(f"no step {step.name} from {mode.name}") from None


class Call(Enum):
    """How far a call for help has got."""

    NONE = auto()
    COUNTING = auto()
    """Announced; "no" still stops it."""
    RUNNING = auto()
    """The command runs."""
    WAITING = auto()
    """It failed and will be tried again."""


class CallStep(Enum):
    """What leads from one state of a call to another."""

    ASKED = auto()
    STOPPED = auto()
    DUE = auto()
    WORKED = auto()
    FAILED = auto()
    GAVE_UP = auto()


CALL_TABLE: dict[Call, dict[CallStep, Call]] = {
    Call.NONE: {CallStep.ASKED: Call.COUNTING},
    Call.COUNTING: {CallStep.STOPPED: Call.NONE, CallStep.DUE: Call.RUNNING},
    Call.RUNNING: {
        CallStep.WORKED: Call.NONE,
        CallStep.FAILED: Call.WAITING,
        CallStep.GAVE_UP: Call.NONE,
    },
    Call.WAITING: {CallStep.STOPPED: Call.NONE, CallStep.DUE: Call.RUNNING, CallStep.ASKED: Call.COUNTING},
}


def call_after(call: Call, step: CallStep) -> Call:
    """The state of a call after the step; ``LookupError`` where the table has no such step."""
    try:
        return CALL_TABLE[call][step]
    except KeyError:
        raise LookupError(f"no step {step.name} from {call.name}") from None


class Ask(Enum):
    """What a question is about."""

    SEVERITY = "severity"
    """How bad it was."""
    DOUBT = "doubt"
    """Whether a value was heard right."""
    SAME = "same"
    """Whether what was said again is a second one."""
    STARTED = "started"
    """Whether a start is of a new spasm, while one runs."""
    DELETE = "delete"
    LATE = "late"
    """Whether a late completion belongs to the last entry."""
    CHANGE = "change"
    """What to change in an entry."""


YES_NO = frozenset({Ask.DOUBT, Ask.SAME, Ask.STARTED, Ask.DELETE, Ask.LATE})
"""Questions answered by yes or no."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to the user, and what it concerns."""

    ask: Ask
    entry_id: str
    due: float
    """When it lapses, in seconds of ``Moment.t``."""
    text: str
    slot: str | None = None
    values: tuple[str, ...] = ()
    """Of a field with many values those asked about."""
    meaning: Meaning | None = None
    other_id: str | None = None
    nudged: bool = False
    """Whether a sound has told already that an answer was not understood."""
