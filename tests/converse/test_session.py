"""What the scripts cannot show: faults, kinds of action and their order, the table of states."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.converse.kit import START, Bench, meaning
from voicelog.converse import messages as m
from voicelog.converse.modes import (
    CALL_TABLE,
    PASSES,
    TABLE,
    Call,
    CallStep,
    Mode,
    Step,
    after,
    call_after,
)
from voicelog.converse.review.summary import seconds_awake
from voicelog.converse.session import HANDLERS
from voicelog.converse.settings import ConverseSettings
from voicelog.core.entry import Entry


def test_the_write_comes_before_what_is_said() -> None:
    bench = Bench()
    kinds = [type(action) for action in bench.hear("log_spasm", severity=8)]
    assert kinds == [m.Write, m.Chime, m.Say]


def test_nothing_is_said_to_be_saved_that_is_not() -> None:
    bench = Bench()
    bench.failing = True
    bench.hear("log_spasm", severity=8)
    assert bench.said == ["That was not saved. The disk is full."]
    bench.failing = False
    bench.hear("undo")
    assert bench.said == ["There is nothing to undo."]


def test_a_failed_change_leaves_the_entry_as_it_was() -> None:
    bench = Bench()
    bench.hear("log_spasm", severity=8)
    bench.failing = True
    bench.hear("amend", severity=3, replaces=("severity",))
    bench.failing = False
    assert bench.only.severity == 8
    bench.hear("undo")
    assert not bench.diary.entries


def test_a_failed_look_does_not_stop_the_conversation() -> None:
    bench = Bench()
    bench.session.handle(m.Understood(meaning("review_count")), m.Moment(bench.now, 0.0))
    bench.handle(m.Problem("The diary cannot be read."))
    assert bench.said == ["The diary cannot be read."]
    bench.hear("log_spasm")
    bench.wait(10)
    assert bench.said == ["How bad, nought to ten?"]


def test_the_journal_is_told_of_once() -> None:
    bench = Bench()
    bench.hear("log_spasm", severity=8)
    journaled = m.Journaled(bench.diary.changes[0], "locked")
    bench.handle(journaled)
    assert bench.said == ["The diary cannot be written now. What you said is safe beside it."]
    bench.handle(journaled)
    assert bench.said == []


def test_a_lost_microphone_is_said_and_told() -> None:
    bench = Bench()
    actions = bench.handle(m.Problem("The microphone is gone.", "microphone lost"))
    assert m.State("microphone lost") in actions
    assert m.Say("The microphone is gone.", "problem") in actions


def test_at_night_it_is_hushed() -> None:
    bench = Bench(start=START.replace(hour=3))
    actions = bench.hear("log_spasm", severity=8)
    assert m.Chime("saved", hushed=True) in actions
    assert not any(isinstance(action, m.Say) for action in actions)
    bench.hear("review_last")
    assert all(action.hushed for action in bench.actions if isinstance(action, m.Say))
    bench.hear("repeat")
    assert bench.said


def test_what_is_expected_next() -> None:
    bench = Bench()
    assert m.Expect("severity") in bench.hear("log_spasm")
    assert m.Expect(None) in bench.hear("amend", severity=8)
    assert m.Expect("dictation") in bench.hear("add_note")
    assert m.Expect(None) in bench.hear("end_note")
    assert m.Expect("asleep") in bench.hear("sleep")
    assert m.Expect(None) in bench.hear("wake")
    bench.hear("start_spasm")
    assert m.Expect("confirm") in bench.hear("start_spasm")


def test_only_what_seemed_for_us_is_kept_unclear() -> None:
    bench = Bench()
    assert bench.hear(None, "lovely weather") == []
    half = replace(meaning("log_spasm", "spasm something"), accepted=False)
    assert m.KeepUnclear("spasm something") in bench.handle(m.Understood(half))
    assert not bench.handle(m.Understood(replace(half, text="  ")))


def test_an_answer_not_understood_is_met_by_one_soft_sound() -> None:
    bench = Bench()
    bench.hear("log_spasm")
    bench.wait(10)
    assert m.Chime("question") in bench.hear(None, "mumble")
    assert m.Chime("question") not in bench.hear(None, "mumble")


def test_speech_that_begins_silences_the_logger() -> None:
    bench = Bench()
    assert bench.handle(m.SpeechBegan()) == [m.StopSaying()]


def test_speech_that_never_ends_does_not_hold_the_question_for_ever() -> None:
    bench = Bench()
    bench.hear("log_spasm")
    bench.handle(m.SpeechBegan())
    bench.wait(60)
    assert not bench.diary.entries["id0"].severity
    assert bench.session.mode is Mode.LISTENING


def test_the_waiting_begins_when_the_question_has_been_said() -> None:
    bench = Bench()
    bench.hear("log_spasm")
    bench.wait(10)
    bench.wait(15)
    bench.handle(m.SayingEnded())
    bench.wait(15)
    assert bench.session.mode is Mode.ASKING


def test_a_running_spasm_from_before_is_closed_when_its_time_is_over() -> None:
    old = Entry("old", "spasm", START - timedelta(hours=5), START - timedelta(hours=5), running=True)
    bench = Bench()
    bench.diary.entries["old"] = old
    session = type(bench.session)(
        ConverseSettings(), lambda: "new", bench.session._talk.replies, running=(old,)
    )  # fmt: skip
    assert session.deadline is not None
    actions = session.handle(m.Tick(), m.Moment(START, 0.0))
    (write,) = [a for a in actions if isinstance(a, m.Write)]
    assert write.change.after == old.with_fields(running=False)
    assert session.deadline is None


def test_help_by_phrase_and_while_asleep() -> None:
    bench = Bench(ConverseSettings(help_set_up=True, help_phrases=("I need Anna!",)))
    bench.hear("sleep")
    bench.hear(None, "i need anna")
    assert m.CallHelp() in bench.wait(5)


def test_yes_runs_the_call_at_once() -> None:
    bench = Bench(ConverseSettings(help_set_up=True))
    bench.hear("call_help")
    assert m.CallHelp() in bench.hear("confirm")


def test_restored_step_keeps_what_was_changed_since() -> None:
    bench = Bench()
    bench.hear("log_spasm", severity=5)
    bench.hear("amend", severity=8)
    bench.hear("undo")
    bench.hear("amend", locations=("left leg",))
    bench.hear("restore")
    assert (bench.only.severity, bench.only.locations) == (8, ("left leg",))


def test_every_settable_question() -> None:
    quiet = Bench(ConverseSettings(ask_severity=False))
    quiet.hear("log_spasm")
    assert quiet.wait(60) == []
    sure = Bench(ConverseSettings(ask_unsure=False))
    sure.hear("log_spasm", severity=8, doubtful=("severity",))
    assert sure.said == ["Spasm, eight, saved."]
    assert sure.only.unsure == ("severity",)
    silent = Bench(ConverseSettings(same_medication_s=0))
    silent.hear("log_medication", medication="baclofen")
    silent.hear("log_medication", medication="baclofen", after=100)
    assert silent.said == ["Baclofen, saved."]


def test_settings_are_changed_while_it_runs() -> None:
    bench = Bench()
    bench.session.choose(ConverseSettings(ask_severity=False, volume=0.5))
    bench.hear("log_spasm")
    assert bench.wait(60) == []
    assert m.Set("voice.volume", 0.65) in bench.hear("louder")


def test_time_awake() -> None:
    def entry(minute: int, duration: float | None = None, said_at: int | None = None) -> Entry:
        at = START + timedelta(minutes=minute)
        logged = START + timedelta(minutes=minute if said_at is None else said_at)
        return Entry("x", "spasm", at, logged, duration_s=duration)

    assert seconds_awake([]) == 0
    assert seconds_awake([entry(0)]) == 0
    assert seconds_awake([entry(0), entry(10), entry(25)]) == 25 * 60
    assert seconds_awake([entry(0, 120), entry(60), entry(70)]) == 120 + 600
    assert seconds_awake([entry(0, said_at=300), entry(10)]) == 0


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_leads_home(mode: Mode) -> None:
    reached, seen = {mode}, {mode}
    while reached:
        reached = {to for here in reached for to in TABLE[here].values()} - seen
        seen |= reached
    assert Mode.LISTENING in seen


def test_a_step_that_is_not_in_the_table_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="no step ASK from ASLEEP"):
        after(Mode.ASLEEP, Step.ASK)
    with pytest.raises(LookupError, match="no step WORKED from NONE"):
        call_after(Call.NONE, CallStep.WORKED)


def test_the_tables_are_whole() -> None:
    assert set(TABLE) == set(Mode)
    assert set(CALL_TABLE) == set(Call)
    assert set().union(*PASSES.values()) <= set(HANDLERS)
