"""What the logger does with each event: understand, let the conversation decide, carry its decisions out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from voicelog.app.run.clock import Clock
from voicelog.app.view.events import Emit
from voicelog.converse import messages as m
from voicelog.converse.attention import Wakefulness
from voicelog.converse.session import Session
from voicelog.core.entry import Change
from voicelog.core.errors import VoicelogError
from voicelog.core.faults import unexpected
from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Again, Utterance
from voicelog.diary import Diary
from voicelog.diary.store.failures import ErasedError
from voicelog.understand import Understanding
from voicelog.understand.continuation import AsOne, Joining
from voicelog.understand.grammar.wake_phrase import is_woken

WHY_SPOKEN = "The disk cannot be written."
WHY_ERASED = "It was deleted for good."
"""What is said of a failed write; the problem event has the whole sentence, with its paths."""

CANNOT_LOOK = "I can't look just now."
"""What is said where the diary cannot be read."""

WENT_WRONG = "Something went wrong. Please say it again."
"""What is said where the program itself fails in the midst of one utterance."""

RECENT_CHANGES = 500
"""Steps of the diary that can be taken back by voice after a new start."""

UNWOKEN = "said without the wake phrase"

SEPARATE = ("asleep", "confirm", "dictation", "spelling")
"""Where these are expected, each utterance stands by itself."""

EVENT_OF = {"save": "saved", "change": "changed", "remove": "removed", "restore": "restored"}
"""What a change is called in the stream of events, by its ``op``."""


class _WentOn(Exception):
    """What was foreseen was not all that was said."""


class Mouth(Protocol):
    """What answers aloud, or does not."""

    def say(self, text: str, kind: str, hushed: bool) -> bool:
        """Say it; False if nothing will be heard of it, and so no end of it told."""

    def chime(self, name: str, hushed: bool) -> None:
        """Play a chime."""

    def stop(self) -> None:
        """Be silent."""

    def prepare(self) -> None:
        """Something may be said soon."""


class Silence:
    """The mouth of a logger that does not speak."""

    def say(self, text: str, kind: str, hushed: bool) -> bool:
        """Nothing is heard."""
        del text, kind, hushed
        return False

    def chime(self, name: str, hushed: bool) -> None:
        """Nothing is heard."""

    def stop(self) -> None:
        """It is silent already."""

    def prepare(self) -> None:
        """Nothing to prepare."""


class Loop:
    """Carries out one event at a time; used by one thread.

    ``understanding()`` is asked for when something is heard, and waited for while it is loaded.
    ``keep_setting(name, value)`` changes a setting for good; ``call_help()`` starts the command that calls for help and
    ``teach(action)`` adds a word to what is understood, and both give the outcome if they waited for it. Their errors
    are :class:`VoicelogError`. ``expect(what)`` tells the ear what the next utterance is likely to be;
    ``second_look(utterance, expecting)`` hears its sound once more, made clearer, and ``as_one(utterance, expecting)``
    that of several put together; ``keep_sound(utterance, ids)`` is given what was accepted, and the entries written
    because of it.
    """

    def __init__(
        self,
        session: Session,
        diary: Diary,
        understanding: Callable[[], Understanding],
        clock: Clock,
        emit: Emit,
        *,
        mouth: Mouth | None = None,
        keep_setting: Callable[[str, float | str | bool], object],
        call_help: Callable[[], m.HelpRan | None],
        teach: Callable[[m.TeachWord], m.Event | None],
        expect: Callable[[str | None], object],
        second_look: Callable[[Utterance, str | None, bool], Again | None] | None = None,
        as_one: AsOne | None = None,
        keep_sound: Callable[[Utterance, tuple[str, ...]], object] | None = None,
        wake_phrase: Callable[[], str] = lambda: "",
    ) -> None:
        self._session = session
        self._diary = diary
        self._understand = understanding
        self._clock = clock
        self._emit = emit
        self._mouth = mouth or Silence()
        self._keep_setting = keep_setting
        self._call_help = call_help
        self._teach = teach
        self._expect = expect
        self._second_look = second_look
        self._keep_sound = keep_sound
        self._wake_phrase = wake_phrase
        self._wakefulness = Wakefulness()
        self._written: dict[str, None] = {}
        self._erased = diary.erased()
        self._expecting: str | None = None
        self._foreseen: tuple[Utterance, str | None, tuple[Utterance, Meaning, bool]] | None = None
        self._went_on: Callable[[], bool] | None = None
        self._joining = Joining(as_one, self._understood) if as_one is not None else None

    @property
    def understanding(self) -> Understanding:
        """What it understands by."""
        return self._understand()

    def understand_by(self, understanding: Understanding) -> None:
        """Understand by this from now on."""
        self._understand = lambda: understanding

    @property
    def deadline(self) -> float | None:
        """When, in seconds of the clock, :meth:`tick` is due; None for not before the next event."""
        return self._session.deadline

    @property
    def expecting(self) -> str | None:
        """What the next utterance is likely to be."""
        return self._expecting

    @property
    def state(self) -> str:
        """What the logger does while the microphone works."""
        return "asleep" if self._expecting == "asleep" else "listening"

    def safely(self, act: Callable[[], object]) -> None:
        """Do something that an event asks for; a fault of the program's own costs that event and no other."""
        try:
            act()
        except (VoicelogError, KeyboardInterrupt):
            raise
        except Exception as error:
            self._emit("problem", {"text": unexpected(error)})
            try:
                self.handle(m.Problem(WENT_WRONG))
            except Exception as again:
                # What fails even in saying so is written down as well, and the next utterance is taken all the same.
                self._emit("problem", {"text": unexpected(again)})

    def tell_news(self) -> None:
        """Tell what became of the diary since this was last asked: gone, back, damaged and mended."""
        for notice in self._diary.news():
            self.handle(m.Problem(notice, spoken=notice.spoken, lasting=notice.lasting))

    def heard(self, utterance: Utterance) -> Meaning:
        """Understand an utterance and act on it."""
        self._forget_erased()
        utterance, meaning, continues = self._known(utterance)
        if not self._counts(meaning, utterance.ended - utterance.began):
            meaning = replace(meaning, accepted=False, doubtful=(), reason=UNWOKEN)
            self._emit("heard", meaning.to_json())
            self.handle(m.SpeechDropped())
            return meaning
        self._emit("heard", meaning.to_json())
        self._written.clear()
        self.handle(m.Understood(meaning, continues))
        keep, written = self._keep_sound, tuple(self._written)
        if keep is not None and (meaning.accepted or written):
            self._guarded(lambda: keep(utterance, written))
        return meaning

    def foresee(self, utterance: Utterance, went_on: Callable[[], bool] = lambda: False) -> None:
        """Understand what was said, before it is clear that it was all; given up as soon as it ``went_on``."""
        self._went_on = went_on
        try:
            if not went_on():
                self._foreseen = (utterance, self._expecting, self._whole(utterance))
        except _WentOn:
            self._foreseen = None
        finally:
            self._went_on = None

    def _known(self, utterance: Utterance) -> tuple[Utterance, Meaning, bool]:
        """What :meth:`_whole` gives, asked for once."""
        known, self._foreseen = self._foreseen, None
        foreseen = known is not None and known[0] is utterance and known[1] == self._expecting
        found = known[2] if known is not None and foreseen else self._whole(utterance)
        if self._joining is not None:
            self._joining.keep(found[0], found[1], self._expecting)
        return found

    def _whole(self, utterance: Utterance) -> tuple[Utterance, Meaning, bool]:
        """The utterance with its meaning; or, where it goes on with the one before, both together."""
        meaning = self._understood(utterance, self._expecting)
        if self._joining is not None and self._expecting not in SEPARATE:
            together = self._joining.whole(utterance, meaning)
            if together is not None:
                return (*together, True)
            meaning = self._joining.by_itself(utterance, meaning)
        return utterance, meaning, False

    def _understood(self, utterance: Utterance, expecting: str | None) -> Meaning:
        look = self._second_look
        if look is None:
            return self.understanding.of_utterance(utterance, expecting)

        def again(heard: Utterance, doubtful: bool) -> Again | None:
            if self._went_on is not None and self._went_on():
                raise _WentOn
            return look(heard, expecting, doubtful)

        return self.understanding.of_utterance(utterance, expecting, again)

    def _counts(self, meaning: Meaning, seconds: float) -> bool:
        """Whether what was just said is for the logger, as far as a wake phrase has a say in that.

        Asleep it has none, nor in a call for help.
        """
        phrase = self._wake_phrase()
        if not phrase or self._expecting == "asleep":
            self._wakefulness.close()
            return True
        woken = is_woken(meaning, phrase) or (meaning.accepted and meaning.intent == "call_help")
        return self._wakefulness.counts(self._clock.moment().t - seconds, woken=woken)

    def tick(self) -> None:
        """Let time pass."""
        self.handle(m.Tick())

    def handle(self, event: m.Event) -> None:
        """Do what is to be done because of the event, and because of what comes of that."""
        if isinstance(event, m.SpeechBegan):
            self._mouth.prepare()
        events = deque([event])
        while events:
            event = events.popleft()
            if isinstance(event, m.Problem):
                self._emit("problem", {"text": event.text})
            events.extend(self._carry_out(self._session.handle(event, self._clock.moment())))

    def _forget_erased(self) -> None:
        """Remember nothing that was deleted for good by another program."""
        erased = self._diary.erased()
        if erased == self._erased:
            return
        self._erased = erased
        self._foreseen = None
        try:
            recent, running = self._diary.recent_changes(RECENT_CHANGES)[::-1], self._diary.running()
        except VoicelogError as error:
            self._emit("problem", {"text": str(error)})
            recent, running = [], ()
        self._session.begin_anew(recent, running)

    def _carry_out(self, actions: list[m.Action]) -> list[m.Event]:
        answers: list[m.Event] = []
        failed = unheard = False
        # A call for help waits for no disk and no speaker.
        for action in sorted(actions, key=lambda action: not isinstance(action, m.CallHelp)):
            if failed and not isinstance(action, m.Write):
                continue
            if isinstance(action, m.Write):
                answer = self._write(action.change)
                failed = failed or isinstance(answer, m.WriteFailed)
            else:
                answer = self._do(action)
            unheard = unheard or isinstance(answer, m.SayingEnded)
            if answer is not None and not isinstance(answer, m.SayingEnded):
                answers.append(answer)
        return [*answers, m.SayingEnded()] if unheard else answers

    def _write(self, change: Change) -> m.Event | None:
        try:
            stored = self._diary.write(change)
        except VoicelogError as error:
            self._emit("problem", {"text": str(error)})
            return m.WriteFailed(change, WHY_ERASED if isinstance(error, ErasedError) else WHY_SPOKEN)
        kept = stored.change
        self._written[kept.entry.id] = None
        self._emit(EVENT_OF[kept.op], {"entry": kept.entry.to_json()}, kept)
        return stored if isinstance(stored, m.Journaled) else None

    def _do(self, action: m.Action) -> m.Event | None:
        match action:
            case m.Say(text, kind, hushed):
                self._emit("said", {"text": text})
                self._wakefulness.conversed(self._clock.moment().t)
                return None if self._mouth.say(text, kind, hushed) else m.SayingEnded()
            case m.Chime(name, hushed):
                self._mouth.chime(name, hushed)
            case m.StopSaying():
                self._mouth.stop()
            case m.Look():
                return self._look(action)
            case m.Expect(what):
                self._expecting = what
                self._expect(what)
            case m.KeepUnclear(text):
                self._guarded(lambda: self._diary.keep_unclear(text, self._clock.moment().wall))
            case m.Set(name, value):
                self._guarded(lambda: self._keep_setting(name, value))
            case m.TeachWord():
                return self._taught(action)
            case m.CallHelp():
                return self._call_help()
            case m.State(name):
                self._emit("state", {"state": name})
        return None

    def _look(self, look: m.Look) -> m.Event:
        try:
            return self._diary.look(look)
        except VoicelogError as error:
            return m.Problem(str(error), spoken=CANNOT_LOOK)

    def _taught(self, action: m.TeachWord) -> m.Event | None:
        try:
            return self._teach(action)
        except VoicelogError as error:
            return m.Problem(str(error))

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except VoicelogError as error:
            self._emit("problem", {"text": str(error)})
