"""Random events for thousands of steps: no exception, no entry lost, history replays, undo leads to the start."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.converse.kit import Bench, meaning
from voicelog.converse import messages as m
from voicelog.converse.modes import Mode
from voicelog.converse.session import HANDLERS
from voicelog.converse.settings import ConverseSettings
from voicelog.core.entry import Change, Entry

PLACES = ("left leg", "right leg", "both legs", "leg", "back", "jaw", "left arm", "both feet", "toes")
SLOTS: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.integers(0, 20).map(lambda n: n / 2),
    "locations": st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True).map(tuple),
    "intensity": st.sampled_from(["mild", "severe", "worst"]),
    "type": st.sampled_from(["clonus", "cramp"]),
    "sensations": st.just(("burning",)),
    "triggers": st.sampled_from([("cold",), ("nothing",)]),
    "context": st.just(("woke me",)),
    "duration_s": st.integers(0, 8000),
    "medication": st.sampled_from(["baclofen", "diazepam"]),
    "dose": st.sampled_from([0.5, 1, 10, 2.5]),
    "unit": st.sampled_from(["mg", "tablet"]),
    "treatment": st.just("botox"),
    "symptom": st.just("fatigue"),
    "note": st.sampled_from(["slept badly", ""]),
    "period": st.sampled_from(
        ["today", "last night", "last 3 days", "this week", "monday", "since monday", "nonsense"]
    ),
}
ASIDES: dict[str, st.SearchStrategy[Any]] = {
    "about": st.sampled_from(["spasm", "medication", "note", "entry", "symptom"]),
    "order": st.sampled_from(["newest", "oldest", "worst"]),
    "severity_over": st.integers(0, 10),
    "severity_most": st.integers(0, 10),
    "time_of_day": st.sampled_from(["night", "morning"]),
    "target": st.just("this"),
    "measure": st.sampled_from(["last", "total", "count", "since"]),
    "side": st.sampled_from(["left", "right"]),
    "not_side": st.sampled_from(["left", "right"]),
    "than": st.sampled_from(["yesterday", "last week", "nonsense"]),
}
WHENS = st.one_of(
    st.just({}),
    st.builds(lambda s: {"ago_s": float(s)}, st.integers(0, 200000)),
    st.builds(
        lambda h, q, day, half: {"clock": f"{h:02}:{q * 15:02}", "day": day, "half_day": half},
        st.integers(0, 23),
        st.integers(0, 3),
        st.sampled_from([None, "today", "yesterday", "last night", "this morning", "monday", "2 days ago"]),
        st.booleans(),
    ),
)
MEANINGS = st.builds(
    lambda intent, slots, asides, doubtful, replaces, without, when: meaning(
        intent,
        "some words",
        doubtful=tuple(n for n in slots if doubtful),
        replaces=tuple(n for n in slots if replaces),
        without=without,
        asides=asides,
        when=when,
        **slots,
    ),
    st.sampled_from([*sorted(HANDLERS), None, "unheard_of"]),
    st.fixed_dictionaries({}, optional=SLOTS),
    st.fixed_dictionaries({}, optional=ASIDES),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), (), (), ("left leg",), ("right",), ("cold",)]),
    WHENS,
)


class Conversation(RuleBasedStateMachine):
    """Everything that can happen to a session, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(ConverseSettings(help_set_up=True))

    @rule(said=MEANINGS, after=st.sampled_from([0.0, 1.0, 4.0, 15.0, 60.0, 100.0, 4000.0, 40000.0]))
    def hear(self, said: Any, after: float) -> None:
        self.bench.wait(after)
        self._do(m.Understood(said))

    @rule(intent=st.sampled_from(["confirm", "deny", "undo", "restore", "next", "more", "end_spasm"]))
    def answer(self, intent: str) -> None:
        self._do(m.Understood(meaning(intent)))

    @rule(
        event=st.sampled_from(
            [
                m.SpeechBegan(),
                m.SpeechDropped(),
                m.SayingEnded(),
                m.Tick(),
                m.HelpRan(True),
                m.HelpRan(False, "no answer"),
                m.Problem("The microphone is gone.", "microphone lost"),
                m.Problem("The microphone is back.", "listening"),
            ]
        )
    )
    def happen(self, event: m.Event) -> None:
        self._do(event)

    @rule(said=MEANINGS)
    def hear_while_the_disk_is_full(self, said: Any) -> None:
        self.bench.failing = True
        before = dict(self.bench.diary.entries)
        self._do(m.Understood(said))
        self.bench.failing = False
        assert self.bench.diary.entries == before

    def _do(self, event: m.Event) -> None:
        written = False
        for action in self.bench.handle(event):
            written = written or isinstance(action, m.Write)
            if isinstance(action, m.Say):
                assert action.text.strip()
                assert "None" not in action.text
                assert not action.text.endswith(("saved.", "saved?")) or written or self._is_repeated(event)
            if isinstance(action, m.Chime) and action.name == "removed":
                assert written

    @staticmethod
    def _is_repeated(event: m.Event) -> bool:
        """Whether what is said may be something said before, or about a note that was saved piece by piece."""
        return isinstance(event, m.Understood) and event.meaning.intent in ("repeat", "end_note", "stop", "confirm")

    @invariant()
    def history_replays_to_the_present(self) -> None:
        state: dict[str, Entry] = {}
        for change in self.bench.diary.changes:
            assert state.get(change.entry.id) == change.before
            if change.after is None:
                del state[change.entry.id]
            else:
                state[change.entry.id] = change.after
        assert state == self.bench.diary.entries

    @invariant()
    def the_session_knows_every_entry(self) -> None:
        for entry_id, entry in self.bench.diary.entries.items():
            assert self.bench.session.entry(entry_id) == entry

    @invariant()
    def only_the_user_removes(self) -> None:
        """Whatever was saved is there, unless a change that says so took it away."""
        saved = {c.entry.id for c in self.bench.diary.changes if c.op == "save"}
        gone = saved - set(self.bench.diary.entries)
        removed = {c.entry.id for c in self.bench.diary.changes if c.after is None}
        assert gone <= removed

    def teardown(self) -> None:
        """Undo leads, step by step, to the start; after a new start of the program too."""
        changes = self.bench.diary.changes
        self._undo_all(self.bench)
        assert not self.bench.diary.entries
        later = Bench(recent=changes)
        later.diary.changes = list(changes)
        self._undo_all(later)
        assert not later.diary.entries

    @staticmethod
    def _undo_all(bench: Bench) -> None:
        bench.wait(60)  # a call for help has its end, a note its pause
        if bench.session.mode is Mode.ASLEEP:
            bench.hear("wake")
        for _ in range(len(bench.diary.changes) + 1):
            bench.hear("undo")
            if bench.said and bench.said[0].startswith("There is nothing to undo."):
                return
        raise AssertionError(f"undo does not come to an end: {bench.session.mode}, {bench.said}")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=40,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def test_a_change_says_what_it_concerns() -> None:
    bench = Bench()
    bench.hear("log_spasm", severity=8)
    (change,) = bench.diary.changes
    assert isinstance(change, Change)
    assert change.entry == bench.only
