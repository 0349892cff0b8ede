"""A sentence in pieces: what a piece led to gives way to the whole."""

from __future__ import annotations

from tests.converse.kit import Bench, meaning
from voicelog.converse import messages as m


def together(bench: Bench, intent: str, **slots: object) -> None:
    bench.wait(1.0)
    bench.handle(m.Understood(meaning(intent, f"whole {intent}", **slots), continues=True))


def test_an_entry_of_a_piece_becomes_what_the_whole_says() -> None:
    bench = Bench()
    bench.hear("log_spasm", locations=("jaw",), severity=5)
    before = bench.only
    together(bench, "log_spasm", locations=("jaw",), severity=5.5, intensity="moderate")
    entry = bench.only
    assert (entry.id, entry.at, entry.severity, entry.intensity) == (before.id, before.at, 5.5, "moderate")
    assert entry.text == "whole log_spasm"
    assert bench.said
    bench.hear("undo")
    assert bench.only.severity == 5


def test_what_a_piece_did_to_another_entry_is_taken_back() -> None:
    bench = Bench()
    bench.hear("log_spasm", locations=("right leg",), severity=3)
    bench.hear("amend", locations=("left leg",), after=20)
    together(bench, "log_spasm", locations=("left leg",), severity=7)
    first, second = sorted(bench.diary.entries.values(), key=lambda entry: entry.severity or 0)
    assert (first.locations, second.locations) == (("right leg",), ("left leg",))


def test_a_piece_of_another_kind_is_removed() -> None:
    bench = Bench()
    bench.hear("log_symptom", symptom="pain", locations=("leg",))
    together(bench, "log_spasm", locations=("leg",), sensations=("pain",), severity=7)
    assert bench.only.kind == "spasm"


def test_what_the_user_took_back_meanwhile_stays_so() -> None:
    bench = Bench()
    bench.hear("log_spasm", severity=3)
    bench.hear("undo")
    together(bench, "log_spasm", severity=7)
    assert bench.only.severity == 7


def test_a_start_in_pieces_is_still_a_start() -> None:
    bench = Bench()
    bench.hear("start_spasm")
    together(bench, "start_spasm", locations=("left leg",))
    assert bench.only.running
    assert bench.only.locations == ("left leg",)
