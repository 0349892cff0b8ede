"""Pronunciations."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.understand.lexicon import pronunciation as module
from voicelog.understand.lexicon.ipa import from_ipa
from voicelog.understand.lexicon.likeness import most_alike, sounds_like
from voicelog.understand.lexicon.phones import PHONES
from voicelog.understand.lexicon.pronunciation import from_espeak, in_cmudict, pronounce, pronounce_many
from voicelog.understand.lexicon.spelling_rules import from_letters

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module._memory.cache_clear()
    module._known.cache_clear()


def test_cmudict_first_and_last_and_out_of_order() -> None:
    assert in_cmudict("'bout") == (("B", "AW", "T"),)
    assert in_cmudict("zywicki") == (("Z", "IH", "W", "IH", "K", "IY"),)
    assert in_cmudict("sepulveda")
    assert in_cmudict("stilted")
    assert in_cmudict("baclofen") == ()


def test_several_pronunciations_lose_stress_and_comments() -> None:
    assert ("R", "EH", "D") in in_cmudict("read")
    assert ("R", "IY", "D") in in_cmudict("read")
    assert in_cmudict("aalborg")[0] == ("AO", "L", "B", "AO", "R", "G")


def test_inflections_of_words_in_cmudict_need_no_synthesiser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "from_espeak", lambda words: {})
    assert in_cmudict("clenching") == ()
    assert pronounce("clenching") == (("K", "L", "EH", "N", "CH", "IH", "NG"),)
    assert in_cmudict("spasms'") == ()
    assert pronounce("spasms'")[0][-1] == "Z"


def test_what_is_no_word_has_no_pronunciation() -> None:
    assert pronounce("") == ()
    assert pronounce("…") == ()
    assert pronounce("two words") == ()


@needs_espeak
def test_espeak_answers_for_the_rest_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pronounce_many(["baclofen", "spasm", "tizanidine"])
    assert ("B", "AE", "K", "L", "OW", "F", "AH", "N") in first[0]
    assert first[1] == in_cmudict("spasm")

    monkeypatch.setattr(module, "from_espeak", lambda words: pytest.fail(f"asked again for {words}"))
    module._memory.cache_clear()
    module._known.cache_clear()
    assert pronounce_many(["baclofen", "spasm", "tizanidine"]) == first


@needs_espeak
def test_a_word_read_as_several_paragraphs_keeps_the_others_in_step() -> None:
    spoken = from_espeak(["keppra", "mr", "10", "nabiximols"])
    assert spoken["10"] == (("T", "EH", "N"),)
    assert spoken["keppra"][0][0] == "K"
    assert spoken["nabiximols"][0][0] == "N"


def test_without_espeak_the_letters_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert from_espeak(["baclofen"]) == {}
    assert pronounce("baclofen") == (from_letters("baclofen"),)
    assert from_letters("baclofen") == ("B", "AE", "K", "L", "AA", "F", "EH", "N")


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("bˈækloʊfən", "B AE K L OW F AH N"),
        ("bˈakləʊfən", "B AE K L OW F AH N"),
        ("tˈɪzɐnˌɪdiːn", "T IH Z AH N IH D IY N"),
        ("lˈɜːmɪt", "L ER M IH T"),
        ("tʃˈɜːtʃ", "CH ER CH"),
        ("fˈɪɹ", "F IH R"),
        ("nˈɪəɹ", "N IH R"),
        ("bˈɒtəl", "B AA T AH L"),
        ("b_ˈæ_k", "B AE K"),
    ],
)
def test_ipa_becomes_arpabet(ipa: str, phones: str) -> None:
    assert from_ipa(ipa) == tuple(phones.split())


def test_a_sign_without_english_phone_is_refused() -> None:
    with pytest.raises(ValueError, match="ǃ"):
        from_ipa("ǃa")


@given(st.text(max_size=12))
def test_letters_always_give_phones(text: str) -> None:
    assert set(from_letters(text)) <= set(PHONES)


def test_likeness_of_word_strings() -> None:
    assert sounds_like("a lot", "allot") == 1.0
    assert sounds_like("", "") == 1.0
    assert sounds_like("leg", "") == 0.0
    assert sounds_like("double shot", "double shop") > sounds_like("double shot", "triple shot")
    candidates = ["almond milk", "oat milk", "double shot"]
    scores = most_alike("a lot milk", candidates)
    assert scores == pytest.approx([sounds_like("a lot milk", c) for c in candidates], abs=1e-4)
