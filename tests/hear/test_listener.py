from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.hear.sounds import Given, in_noise, noise, silence, spoken
from tests.model import model
from voicelog.recognise.decoder import Decoder, vocabulary
from voicelog.recognise.endpoint import Completeness
from voicelog.recognise.events import Heard, HearEvent, Level, Likely, Partial, SpeechBegan, SpeechDropped, Trouble
from voicelog.recognise.listener import REST_S, Listener
from voicelog.recognise.loading import loaded
from voicelog.recognise.recognisers import Pair
from voicelog.sound.stream import RATE, Dropped, Samples

__all__ = ["model"]

PHRASES = [
    "spasm left leg seven out of ten", "spasm left leg", "seven out of ten", "bad spasm both legs eight", "undo that",
    "spasm in my left leg", "spasm in my left", "help",
] * 20  # fmt: skip

_pairs: dict[Path, Pair] = {}


@pytest.fixture
def pair(model: Path) -> Pair:
    if model not in _pairs:
        vosk_model = loaded(model)
        _pairs[model] = Pair(Decoder(vosk_model, 5, vocabulary(PHRASES)), Decoder(vosk_model, 5))
    return _pairs[model]


def judge(text: str) -> Completeness:
    if text.endswith(("left", "my", "of")):
        return "unfinished"
    return "whole" if text.endswith(("ten", "eight")) else "unknown"


def heard_in(pair: Pair, *sound: Samples | Dropped) -> list[HearEvent]:
    return list(Listener(Given(*sound), pair, judge))


def texts(events: list[HearEvent]) -> list[str]:
    return [event.utterance.grammar[0].text for event in events if isinstance(event, Heard)]


def test_an_utterance_is_heard_with_its_times_and_its_sound(pair: Pair) -> None:
    said = spoken("spasm, left leg, seven out of ten")
    events = heard_in(pair, in_noise(silence(1.5), said, silence(2.0)))
    assert texts(events) == ["spasm left leg seven out of ten"]
    [heard] = [event for event in events if isinstance(event, Heard)]
    ended = 1.5 + len(said) / RATE
    assert 1.3 < heard.utterance.began < 2.0
    assert abs(heard.utterance.ended - ended) < 0.35
    assert heard.t < ended + 0.5
    assert isinstance(heard.utterance.samples, np.ndarray)
    assert len(heard.utterance.samples) / RATE > len(said) / RATE
    kinds = [type(event) for event in events if not isinstance(event, Level)]
    assert kinds[0] is SpeechBegan
    assert Partial in kinds
    assert [event.t for event in events if isinstance(event, Level)] == sorted(
        event.t for event in events if isinstance(event, Level)
    )


def test_the_same_sound_is_heard_the_same_again(pair: Pair) -> None:
    sound = in_noise(silence(1.0), spoken("bad spasm, both legs, eight"), silence(1.5))
    first, second = ([event.utterance for event in heard_in(pair, sound) if isinstance(event, Heard)] for _ in range(2))
    assert [u.grammar[0].text for u in first] == [u.grammar[0].text for u in second]
    assert [(u.began, u.ended) for u in first] == [(u.began, u.ended) for u in second]


def test_an_unfinished_sentence_is_waited_for(pair: Pair) -> None:
    said = in_noise(silence(1.0), spoken("spasm in my left"), silence(1.2), spoken("leg"), silence(2.5))
    assert texts(heard_in(pair, said)) == ["spasm in my left leg"]


def test_a_sentence_that_may_be_all_is_not_waited_for_so_long(pair: Pair) -> None:
    said = in_noise(silence(1.0), spoken("spasm, left leg"), silence(1.4), spoken("seven out of ten"), silence(2.0))
    assert texts(heard_in(pair, said)) == ["spasm left leg", "seven out of ten"]


def test_a_hole_in_the_sound_ends_what_was_being_said(pair: Pair) -> None:
    said = in_noise(silence(1.0), spoken("spasm in my left leg"))
    events = heard_in(pair, said, Dropped(4.0, 2.0), noise(1.0))
    kinds = [type(event) for event in events if isinstance(event, Heard | Dropped)]
    assert kinds == [Heard, Dropped]


def test_what_comes_right_after_a_hole_in_a_sentence_is_not_taken_for_one(pair: Pair) -> None:
    said = spoken("spasm left leg, seven out of ten")
    middle = len(said) * 5 // 8 // 512 * 512
    events = heard_in(pair, said[:middle], Dropped(middle / RATE, 0.1), in_noise(said[middle:], silence(1.5)))
    ended = [type(event) for event in events if isinstance(event, Heard | SpeechDropped)]
    assert ended[0] is Heard
    assert set(ended[1:]) == {SpeechDropped}


def test_noise_is_not_heard(pair: Pair) -> None:
    events = heard_in(pair, noise(20.0, 200.0))
    assert not [event for event in events if not isinstance(event, Level)]


def test_a_clipping_microphone_is_told_once(pair: Pair) -> None:
    loud = np.clip(spoken("seven out of ten", 0.9).astype(np.int32) * 3, -32768, 32767).astype(np.int16)
    events = heard_in(pair, in_noise(silence(1.0), *[loud, silence(1.5)] * 4))
    [trouble] = [event for event in events if isinstance(event, Trouble)]
    assert "too loud" in trouble.text


@pytest.mark.parametrize("peak", [0.003, 0.0006])
def test_a_far_too_quiet_microphone_is_told_once_whether_words_are_heard_or_not(pair: Pair, peak: float) -> None:
    soft = spoken("bad spasm, both legs, eight out of ten", peak)
    events = heard_in(pair, in_noise(silence(1.0), *[soft, silence(3.0)] * 5, rms=0.7))
    [trouble] = [event for event in events if isinstance(event, Trouble)]
    assert "very quiet" in trouble.text


def test_complete_silence_is_told_once(pair: Pair) -> None:
    events = heard_in(pair, silence(60.0))
    [trouble] = [event for event in events if isinstance(event, Trouble)]
    assert "muted" in trouble.text


def test_every_beginning_has_an_end(pair: Pair) -> None:
    sound = in_noise(silence(0.5), spoken("undo that"), silence(1.0), spoken("help"), silence(1.0), spoken("spasm"))
    open_ = 0
    for event in heard_in(pair, sound):
        open_ += isinstance(event, SpeechBegan)
        open_ -= isinstance(event, Heard | SpeechDropped)
        assert open_ in (0, 1)
    assert open_ == 0


def test_sound_that_ends_with_nothing_in_it_is_told(pair: Pair) -> None:
    [trouble] = [event for event in heard_in(pair, silence(3.0)) if isinstance(event, Trouble)]
    assert "nothing but silence" in trouble.text


def test_the_recognisers_start_anew_after_listening_was_broken_off(pair: Pair) -> None:
    listening = iter(Listener(Given(in_noise(silence(1.0), spoken("bad spasm, both legs, eight"))), pair, judge))
    while not isinstance(next(listening), Partial):
        pass
    del listening
    again = texts(heard_in(pair, in_noise(silence(1.0), spoken("seven out of ten"), silence(1.5))))
    assert again == ["seven out of ten"]


def test_a_gasp_between_words_does_not_end_the_utterance(pair: Pair) -> None:
    swell = np.hanning(int(1.2 * RATE)) * 900
    gasp = np.asarray(noise(1.2, 1.0 * 20, 7) / 20 * swell, np.int16)
    said = in_noise(silence(1.0), spoken("spasm, left leg"), gasp, spoken("seven out of ten"), silence(2.0), rms=5.0)
    assert texts(heard_in(pair, said)) == ["spasm left leg seven out of ten"]


def test_what_hearing_took_of_memory_is_given_back_when_it_is_quiet(pair: Pair) -> None:
    class Counting(Decoder):
        rests = 0

        def rest(self) -> None:
            super().rest()
            self.rests += self._recogniser is None

    model = pair.grammar._model
    counted = Pair(Counting(model, 5, vocabulary(PHRASES)), Counting(model, 5))
    seven = spoken("seven out of ten")
    said = in_noise(silence(1.0), seven, silence(REST_S + 1), seven, silence(1.0))
    assert texts(heard_in(counted, said)) == ["seven out of ten"] * 2
    assert isinstance(counted.grammar, Counting)
    assert isinstance(counted.open, Counting)
    assert counted.grammar.rests == counted.open.rests == 1


def test_what_goes_on_after_all_is_withdrawn(pair: Pair) -> None:
    said = in_noise(silence(1.0), spoken("spasm, left leg"), silence(0.4), spoken("seven out of ten"), silence(2.0))
    events = heard_in(pair, said)
    likely = [event for event in events if isinstance(event, Likely)]
    assert len(likely) > 1
    assert [event.went_on.is_set() for event in likely] == [True] * (len(likely) - 1) + [False]
    assert [event.utterance for event in events if isinstance(event, Heard)] == [likely[-1].utterance]


def test_what_may_as_well_be_unfinished_is_waited_for(pair: Pair) -> None:
    phrases = ["spasm left leg four"] * 60 + ["spasm left leg for"] * 40 + ["spasm left leg for ten"] * 5
    alike = Pair(Decoder(pair.open._model, 5, vocabulary(phrases)), pair.open)
    said = in_noise(silence(1.0), spoken("spasm, left leg, four"), silence(1.0), spoken("ten"), silence(2.5))

    def heard(unfinished: str) -> list[str]:
        judged = Listener(Given(said), alike, lambda text: "unfinished" if text.endswith(unfinished) else "unknown")
        return texts(list(judged))

    assert heard("nothing") == ["spasm left leg four", "ten"]
    assert heard(" for") == ["spasm left leg for ten"]
