"""The conversation as it stands, and the few things that every part of it does: write, say, ask, chime."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from voicelog.converse.messages import (
    Action,
    Chime,
    Filter,
    Found,
    Look,
    Moment,
    Say,
    State,
    StopSaying,
    Write,
)
from voicelog.converse.modes import Ask, Call, Mode, Question, Step, after
from voicelog.converse.phrasing.describe import Describer
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.review.scope import Scope
from voicelog.converse.settings import ConverseSettings
from voicelog.converse.undo import History, Reversal
from voicelog.converse.when import in_zone, shifted
from voicelog.core.entry import Change, Entry

Inquiry = Generator[Look, Found, None]
"""A question to the diary in several steps: each look is answered before the next."""


@dataclass
class Reading:
    """A list being read: what it is of, the entries, which of them is being read, and since when it waits."""

    scope: Scope
    entries: tuple[Entry, ...]
    index: int
    heard: float


@dataclass
class Dictation:
    """A note, or a word to learn, being dictated; ``entry_id`` once something of it is saved."""

    kind: str
    heard: float
    entry_id: str | None = None
    pieces: list[str] = field(default_factory=list)


@dataclass
class HelpCall:
    """A call for help: its state, when the next thing is due, how often it was tried, the note that logs it."""

    state: Call = Call.NONE
    due: float = 0.0
    tries: int = 0
    entry_id: str | None = None


@dataclass(frozen=True)
class Open:
    """An entry that what is said next may complete or correct."""

    entry_id: str
    heard: float
    logged: bool
    """Made or changed by the user; otherwise named by the logger in an answer."""
    locations: tuple[str, ...] = ()
    """The locations said last."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that were not understood, and when they were said."""

    at: datetime
    text: str
    event: bool = False
    """Whether they rather told of something new than more of what was logged before."""


class Talk:
    """All that the conversation remembers, and the actions of the event at hand."""

    def __init__(
        self,
        settings: ConverseSettings,
        new_id: Callable[[], str],
        replies: Replies,
        recent: Sequence[Change] = (),
        running: Sequence[Entry] = (),
    ) -> None:
        self.settings = settings
        self.new_id = new_id
        self.replies = replies
        self.describe = Describer(replies)
        self.history = History(recent)
        for entry in running:
            self.history.see(entry)
        self.moment: Moment | None = None
        self.actions: list[Action] = []
        self.mode = Mode.LISTENING
        self.question: Question | None = None
        self.lapsed: Question | None = None
        """The question last left unanswered."""
        self.reading: Reading | None = None
        self.dictation: Dictation | None = None
        self.call = HelpCall()
        self.opened: list[Open] = []
        """Entries that may be completed or corrected, the newest last."""
        self.ask_severity_of: tuple[str, float] | None = None
        """The entry whose severity is still to be asked for, and since when nothing was said."""
        self.asked: set[str] = set()
        self.kept_running: set[str] = set()
        """Spasms that the user wants to go on running, however long."""
        self.close_not_before = 0.0
        """When a spasm left open may be closed again after a change could not be kept."""
        self.inquiry: Inquiry | None = None
        self.more: Callable[[], None] | None = None
        """What "more" tells after the last answer."""
        self.notices: list[str] = []
        """To be said at the next occasion."""
        self.last_said: str | None = None
        self.usual_units: dict[str, str] = {}
        """The units that doses of medications logged without one are usually said in, by entry."""
        self.missed: list[Missed] = []
        """What was said to the logger and not understood, the newest last."""
        self.sorry_at: float | None = None
        """When it last said so."""
        self.speaking_since: float | None = None
        self.night_by_voice = False
        """Night mode was turned on or off by voice, and stays so until the clock next begins or ends the night."""
        self.night_was_on_clock = False
        self.volume = settings.volume
        self.rate = settings.rate
        self.journaled = False
        self.microphone_lost = False

    # ---- the moment -------------------------------------------------------------------------------------------------

    @property
    def t(self) -> float:
        """Seconds on the listener's clock."""
        assert self.moment is not None
        return self.moment.t

    @property
    def now(self) -> datetime:
        """The time by the bed."""
        assert self.moment is not None
        return in_zone(self.moment.wall, self.settings.zone)

    @property
    def night_by_clock(self) -> bool:
        """Whether these are the quiet hours."""
        begins, ends, clock = self.settings.night_from, self.settings.night_until, self.now.time()
        return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends

    @property
    def night(self) -> bool:
        """Whether night mode is on, by voice, by setting or by the clock."""
        mode = self.settings.night_mode
        return self.night_by_clock if mode == "clock" else mode == "on"

    # ---- actions ----------------------------------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        """Go on to the next mode, as the table of states has it."""
        self.mode = after(self.mode, step)

    def say(self, text: str, kind: str = "answer") -> None:
        """Say something, with what was to be mentioned at the next occasion."""
        if kind in ("answer", "confirmation") and self.notices:
            text = " ".join((text, *self.notices))
            self.notices.clear()
        self.last_said = text
        self.actions.append(Say(text, kind, hushed=self.night))

    def answer(self, name: str, **fields: str) -> None:
        """Say a sentence of the replies in answer to a request."""
        self.say(self.replies.sentence(name, **fields))

    def confirm(self, chime: str, text: str) -> None:
        """Tell that something is done: by a chime and a sentence, at night by the chime alone."""
        self.chime(chime)
        if self.night:
            self.last_said = text
        else:
            self.say(text, "confirmation")

    def chime(self, name: str) -> None:
        """Play a short sound."""
        self.actions.append(Chime(name, hushed=self.night))

    def quiet(self) -> None:
        """Be silent at once."""
        self.actions.append(StopSaying())

    def state(self, name: str) -> None:
        """Tell what the logger is doing now."""
        self.actions.append(State(name))

    def write(
        self, op: str, before: Entry | None, after: Entry | None, words: str, undoes: str | None = None
    ) -> Change:
        """Have a change put on disk; whatever follows waits for it."""
        change = Change(self.new_id(), op, before, after, self.now, words, undoes)
        self.history.add(change)
        self.actions.append(Write(change))
        return change

    def reverse(self, reversal: Reversal, words: str) -> None:
        """Write the taking back of a change."""
        self.write(reversal.op, reversal.before, reversal.after, words, reversal.undoes)

    def look(self, inquiry: Inquiry) -> None:
        """Ask the diary; the inquiry goes on with each answer."""
        self.inquiry = None
        for look in inquiry:
            self.inquiry = inquiry
            self.actions.append(look)
            return

    # ---- questions --------------------------------------------------------------------------------------------------

    def ask(self, question: Question, kind: str = "question") -> None:
        """Put a question; it waits for an answer until its time is over."""
        self.question = replace(question, due=self.t + self.settings.answer_within_s)
        self.lapsed = None
        self.step(Step.ASK)
        if self.night:
            self.chime("question")
        self.say(question.text, kind)

    def settle(self) -> Question | None:
        """The question that waited, which now is over; back to the list that was being read, if there is one."""
        question, self.question = self.question, None
        if question is not None:
            self.step(Step.SETTLE if self.reading is None else Step.RESUME)
        return question

    def leave(self) -> None:
        """Be done with the list or note at hand, and with any question."""
        self.reading = None
        self.dictation = None
        self.settle()
        if self.mode in (Mode.READING, Mode.DICTATING):
            self.step(Step.LEAVE)

    # ---- entries that may be completed ------------------------------------------------------------------------------

    def open(self, entry: Entry, logged: bool = True, locations: tuple[str, ...] = ()) -> None:
        """Let what is said next complete or correct this entry."""
        before = next((o for o in self.opened if o.entry_id == entry.id), None)
        if before is not None:
            self.opened.remove(before)
            locations = locations or before.locations
        self.opened.append(Open(entry.id, self.t, logged or (before is not None and before.logged), locations))

    def still_open(self) -> list[Open]:
        """Entries still there and spoken of within the time for completing, the newest last."""
        since = self.t - self.settings.complete_within_s
        self.opened = [o for o in self.opened if o.heard >= since and self.history.entry(o.entry_id) is not None]
        return self.opened

    def without_severity(self) -> Open | None:
        """The entry just spoken of, if it is a spasm whose severity was not said."""
        opened = next((o for o in reversed(self.still_open()) if o.logged), None)
        entry = self.history.entry(opened.entry_id) if opened else None
        asked = entry is not None and entry.kind == "spasm" and entry.severity is None and entry.count is None
        return opened if asked else None

    def without_dose(self) -> bool:
        """Whether the entry just spoken of is a medication that was taken, and how much was not said."""
        opened = next((o for o in reversed(self.still_open()) if o.logged), None)
        entry = self.history.entry(opened.entry_id) if opened else None
        return entry is not None and entry.kind == "medication" and entry.dose is None and entry.taken is not False

    def last_locations(self, entry_id: str) -> tuple[str, ...]:
        """The locations of the entry that were said last."""
        return next((o.locations for o in self.opened if o.entry_id == entry_id), ())

    def wants_severity(self, entry: Entry) -> bool:
        """Whether the logger may ask how bad it was: not of several, and least of all of none."""
        return (
            self.settings.ask_severity
            and not self.night
            and entry.kind == "spasm"
            and entry.severity is None
            and entry.count is None
            and not entry.running
            and entry.id not in self.asked
        )

    def ask_severity(self, entry: Entry, lead: str = "") -> None:
        """Ask how bad it was, once for each entry."""
        self.asked.add(entry.id)
        self.ask_severity_of = None
        text = self.replies.sentence("ask_severity")
        self.ask(Question(Ask.SEVERITY, entry.id, 0.0, f"{lead} {text}".strip(), slot="severity"))

    def later_ask_severity(self, entry: Entry) -> None:
        """Ask how bad it was some seconds after the last word, unless it is said before."""
        if self.wants_severity(entry):
            self.ask_severity_of = (entry.id, self.t)
        elif self.ask_severity_of is not None and self.ask_severity_of[0] == entry.id:
            self.ask_severity_of = None


def same_medication(entry: Entry, window_s: float) -> Filter:
    """Doses of the same medication near the entry's time."""
    return Filter(
        kinds=("medication",),
        medication=entry.medication,
        since=shifted(entry.at, -window_s),
        until=shifted(entry.at, window_s),
    )
