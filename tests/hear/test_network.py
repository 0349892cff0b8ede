"""The grammar's network in the place of the model's language model, in the real recogniser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.model import model
from voicelog.core.errors import ModelError
from voicelog.recognise.decoder import RATE, Decoder, Samples, knows, padded_with_quiet
from voicelog.recognise.language_model import language_model
from voicelog.recognise.loading import load_model, loaded
from voicelog.recognise.model_view import KEPT, WIDE, network_view, used_last, view
from voicelog.recognise.openfst import const_fst
from voicelog.sound.synthesiser import Style, Synthesiser

__all__ = ["model"]
SENTENCES = ("spasm left leg eight", "spasm right arm two", "undo", "took two ibuprofen")


def spoken(text: str) -> Samples:
    sound = Synthesiser().sound(text, Style(rate=140)).at_rate(RATE).samples * 20000
    noise = np.random.default_rng(1).normal(0, 3, len(sound))
    return np.asarray(sound + noise).astype(np.int16)


def graph_of(model: Path, *sentences: str) -> bytes:
    plain = loaded(model)
    acceptor = language_model(sentence.split() for sentence in sentences)
    return const_fst(acceptor, lambda word: int(plain.vosk_model_find_word(word)), ("arm",))


def test_only_what_the_network_holds_is_heard(model: Path, tmp_path: Path) -> None:
    made = network_view(model, tmp_path, "key", lambda: graph_of(model, *SENTENCES))
    assert made is not None
    network = load_model(made)
    assert knows(network, "spasm")
    assert knows(network, "arm")
    assert not knows(network, "beach")
    decoder = Decoder(network, 5)
    decoder.accept(padded_with_quiet(spoken("spasm, left leg, eight")))
    assert decoder.finish()[0].text == "spasm left leg eight"
    decoder.accept(padded_with_quiet(spoken("lovely weather on the beach")))
    words = {word for sentence in SENTENCES for word in sentence.split()}
    assert {word.text for hypothesis in decoder.finish() for word in hypothesis.words} <= words


def test_a_view_is_made_once_and_the_oldest_goes(model: Path, tmp_path: Path) -> None:
    assert network_view(model, tmp_path, "0", None) is None
    for number in range(KEPT + 2):
        network_view(model, tmp_path, f"{number}", lambda: b"as it is")
    assert len(list(tmp_path.glob("network-*"))) == KEPT
    last = network_view(model, tmp_path, f"{KEPT + 1}", None)
    assert last is not None
    assert used_last(model, tmp_path) == last
    assert (last / "graph/Gr.fst").read_bytes() == b"as it is"
    assert not list(tmp_path.glob("*.part"))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is not a Vosk model: am/final\.mdl is missing"):
        view(tmp_path, tmp_path / "cache", WIDE)


def test_the_options_are_the_views_own(model: Path, tmp_path: Path) -> None:
    made = view(model, tmp_path, WIDE)
    conf = (made / "conf/model.conf").read_text().splitlines()
    assert {f"--{name}={value}" for name, value in WIDE.items()} <= set(conf)
    assert len({line.split("=")[0] for line in conf}) == len(conf)
    assert (made / "am/final.mdl").resolve() == (model / "am/final.mdl").resolve()
