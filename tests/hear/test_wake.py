from __future__ import annotations

from voicelog.converse.attention import Wakefulness


def test_only_what_follows_the_wake_phrase_counts_while_the_conversation_is_open() -> None:
    wakefulness = Wakefulness(open_s=30)
    assert not wakefulness.counts(10, woken=False)
    assert wakefulness.counts(20, woken=True)
    assert wakefulness.counts(45, woken=False)
    wakefulness.conversed(70)
    assert wakefulness.counts(99, woken=False)
    assert not wakefulness.counts(130, woken=False)


def test_a_closed_conversation_needs_the_phrase_again() -> None:
    wakefulness = Wakefulness()
    assert wakefulness.counts(0, woken=True)
    wakefulness.close()
    assert not wakefulness.counts(1, woken=False)
