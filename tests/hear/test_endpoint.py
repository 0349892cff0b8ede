from __future__ import annotations

from voicelog.recognise.endpoint import RECOGNISER_LAG_S, Quiet, Room, Waits
from voicelog.sound.stream import FRAME_S


def test_quiet_is_counted_from_the_last_speech() -> None:
    quiet = Quiet()
    for _ in range(10):
        assert quiet.push(0.9, -20.0)
    for _ in range(5):
        assert not quiet.push(0.0, -60.0)
    assert abs(quiet.seconds - 5 * FRAME_S) < 1e-9


def test_a_single_frame_does_not_end_the_quiet_but_two_do() -> None:
    quiet = Quiet()
    quiet.push(0.9, -20.0)
    for _ in range(5):
        quiet.push(0.0, -60.0)
    quiet.push(0.9, -20.0)
    assert quiet.seconds > 0
    quiet.push(0.9, -20.0)
    assert quiet.seconds == 0


def test_talk_far_below_the_speaker_is_quiet() -> None:
    quiet = Quiet()
    for _ in range(10):
        quiet.push(0.9, -20.0)
    for _ in range(5):
        assert not quiet.push(0.9, -40.0)
    assert quiet.seconds > 0.1


def test_words_in_the_quiet_shorten_it() -> None:
    quiet = Quiet()
    quiet.push(0.9, -20.0)
    for _ in range(30):
        quiet.push(0.0, -60.0)
    quiet.words_came()
    assert quiet.seconds == RECOGNISER_LAG_S


def test_what_is_whole_waits_least_and_what_is_unfinished_most() -> None:
    waits = Waits()
    assert waits.look < waits.after("whole") < waits.after("unknown") < waits.after("unfinished") <= 2.0


def paused(*levels: float, room: float | None = -65.0) -> Quiet:
    """After speech, frames without voice of these levels."""
    quiet = Quiet(room)
    for _ in range(10):
        quiet.push(0.9, -18.0)
    for level in levels:
        quiet.push(0.02, level)
    return quiet


def test_a_gasp_puts_the_end_off_for_a_while() -> None:
    gasping = paused(*[-38.0] * 30)
    assert not gasping.lasted(0.2, 2.4)
    assert gasping.lasted(0.2, 0.9)
    assert paused(*[-70.0] * 10).lasted(0.2, 2.4)


def test_a_loud_room_is_no_gasp() -> None:
    room = Room()
    for _ in range(200):
        room.push(-40.0)
    assert paused(*[-38.0] * 10, room=room.decibels).lasted(0.2, 2.4)


def test_a_room_whose_noise_was_never_heard_alone_is_no_gasp() -> None:
    assert paused(-40.0, *[-38.0] * 10, room=Room().decibels).lasted(0.2, 2.4)
