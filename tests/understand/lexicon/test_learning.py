"""Words learned by speaking them to the recogniser, and kept."""

import json
import shutil
from pathlib import Path

import pytest

from tests.model import model as model
from voicelog.recognise.loading import loaded_wide
from voicelog.recognise.respelling.derive import derive, dictionary, nearest_in_sound, needing_forms, variants
from voicelog.recognise.respelling.store import FormsCache, load_or_derive
from voicelog.recognise.respelling.voices import SyntheticVoice, espeak_text
from voicelog.recognise.trial import Ear
from voicelog.understand.lexicon.forms import Lexeme, SpokenForm
from voicelog.understand.lexicon.likeness import sounds_like

LEARNED_FROM = (SyntheticVoice("espeak-ng", "en-us", 150), SyntheticVoice("espeak-ng", "en-gb-x-rp", 140))
NOT_LEARNED_FROM = SyntheticVoice("espeak-ng", "en-us+f4", 160, 60)
PHRASES = ("took ten milligrams of baclofen", "took my baclofen", "bad spasm left leg", "back eight out of ten")

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def test_a_word_that_the_recogniser_lacks_is_heard_from_a_voice_it_was_not_learned_from(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ear = Ear(loaded_wide(model))
    said = NOT_LEARNED_FROM.speak("took ten milligrams of baclofen")
    assert said is not None
    assert not any("baclofen" in text for text, _ in ear.hear([said], list(PHRASES))[0])

    trie = dictionary(ear, {word for phrase in PHRASES for word in phrase.split()})
    lexeme = derive("baclofen", ear, trie, phrases=PHRASES, avoid={"back"}, voices=LEARNED_FROM)
    assert 1 <= len(lexeme.forms) <= 7
    assert all(ear.knows(word) for form in lexeme.forms for word in form.words)
    assert all(sounds_like(form.text, "baclofen") > 0.6 for form in lexeme.forms)

    cache = FormsCache(tmp_path / "forms.json")
    cache.keep(lexeme)
    kept = FormsCache(tmp_path / "forms.json").lexeme("baclofen")
    assert kept == lexeme

    unheard = nearest_in_sound("baclofen", trie)
    assert sounds_like(unheard.forms[0].text, "baclofen") > 0.85

    phrases = [
        " ".join(w if w != "baclofen" else form.text for w in p.split()) for p in PHRASES for form in lexeme.forms
    ]
    heard = ear.hear([said], phrases)[0]
    assert any(form.text in heard[0][0] for form in lexeme.forms), heard[:3]


def test_words_that_need_no_forms_are_remembered_as_such(model: Path, tmp_path: Path) -> None:
    ear = Ear(loaded_wide(model))
    assert needing_forms(["leg", "legs", "took", "baclofen"], ear, voices=()) == ("baclofen",)
    forms = load_or_derive(["leg", "took"], ear, model, cache_dir=tmp_path)
    assert not forms
    assert forms.own == {"leg", "took"}
    kept = json.loads(next(tmp_path.glob("spoken-forms-*.json")).read_text())
    assert kept["plain"] == ["leg", "took"]

    unheard = load_or_derive(["leg", "baclofen"], ear, model, cache_dir=tmp_path, learn=False)
    assert unheard.of("baclofen")
    assert unheard.of("leg") == ()
    assert not FormsCache(next(tmp_path.glob("spoken-forms-*.json"))).has("baclofen")


def test_a_damaged_cache_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "forms.json"
    for text in ("", "{", "[]", '{"words": 3}'):
        path.write_text(text)
        assert not FormsCache(path).has("baclofen")
    cache = FormsCache(path)
    cache.keep(Lexeme("baclofen", (SpokenForm(("back", "low", "fen"), 0.5),)), ("back low fen",))
    assert FormsCache(path).has("baclofen", ("back low fen",))
    assert not FormsCache(path).has("baclofen")  # respelled otherwise, it must be learned anew


def test_variants_are_other_ways_to_read_the_word() -> None:
    assert any(phones[:3] == ("T", "AY", "Z") for phones in variants("tizanidine"))
    assert all(phones not in variants("leg") for phones in (("L", "EH", "G"),))


def test_espeak_is_told_the_very_phones() -> None:
    assert espeak_text(("T", "AY", "Z", "AE", "N"), 1) == "[[t|aI|z|'a|n]]"
    assert SyntheticVoice("no-such-synthesiser", "x").speak("leg") is None
