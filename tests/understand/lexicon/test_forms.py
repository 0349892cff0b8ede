"""Spoken forms put in and taken out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voicelog.understand.lexicon.forms import Lexeme, Span, SpokenForm, SpokenForms


def words(text: str) -> list[str]:
    return text.split()


def lexeme(word: str, **forms: float) -> Lexeme:
    return Lexeme(word, tuple(SpokenForm(tuple(text.split("_")), weight) for text, weight in forms.items()))


FORMS = SpokenForms(
    {
        "baclofen": lexeme("baclofen", back_low_fen=0.6, back_lo=0.2),
        "clonus": lexeme("clonus", clone_us=0.8),
        "sativex": lexeme("sativex", satay_mex=0.5, sacha_vex=0.3),
        "keppra": lexeme("keppra", capra=0.9),
    },
    frozenset(words("took ten milligrams of left leg tramadol")),
)


def test_expand_gives_every_combination() -> None:
    assert FORMS.expand(["took baclofen"]) == ["took back low fen", "took back lo"]
    assert FORMS.expand(["left leg"]) == ["left leg"]
    assert len(FORMS.expand(["baclofen sativex clonus"])) == 4


def test_in_turn_each_form_is_as_frequent_as_its_weight() -> None:
    expanded = FORMS.expand_in_turn(["took baclofen"] * 80)
    assert len(expanded) == 80
    assert expanded.count("took back low fen") == 60
    assert expanded.count("took back lo") == 20


def test_collapse_takes_the_longest() -> None:
    assert FORMS.collapse(words("took back low fen ten")) == ["took", "baclofen", "ten"]
    assert FORMS.collapse(words("took back lo ten")) == ["took", "baclofen", "ten"]
    assert FORMS.collapse(words("back left")) == ["back", "left"]
    assert FORMS.collapse([]) == []


def test_spans_tell_where() -> None:
    assert FORMS.spans(words("took clone us of back lo")) == [Span(1, 3, "clonus"), Span(4, 6, "baclofen")]


def test_mixed_pieces_are_the_word_that_they_sound_like() -> None:
    assert FORMS.collapse(words("took satay vex")) == ["took", "sativex"]
    assert FORMS.collapse(words("took satay of vex")) == ["took", "sativex"]


def test_pieces_that_sound_like_nothing_stay() -> None:
    assert FORMS.collapse(words("took vex us fen"))[0] == "took"
    assert "sativex" not in FORMS.collapse(words("left low us"))


def test_without_the_grammars_words_only_whole_forms_count() -> None:
    assert SpokenForms(FORMS.lexemes).collapse(words("satay vex")) == ["satay", "vex"]


@given(st.lists(st.sampled_from(words("took ten baclofen clonus sativex keppra left leg")), max_size=8))
def test_what_is_put_in_comes_out_again(said: list[str]) -> None:
    for phrase in [*FORMS.expand([" ".join(said)]), *FORMS.expand_in_turn([" ".join(said)])]:
        assert FORMS.collapse(phrase.split()) == said


@given(st.lists(st.sampled_from(sorted(FORMS.vocabulary | FORMS.own)), max_size=10))
def test_any_tokens_keep_their_order_and_none_is_lost(tokens: list[str]) -> None:
    spans = FORMS.spans(tokens)
    assert all(span.start < span.end for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    kept = [t for i, t in enumerate(tokens) if not any(s.start <= i < s.end for s in spans)]
    assert [t for t in FORMS.collapse(tokens) if t not in {s.word for s in spans}] == [
        t for t in kept if t not in {s.word for s in spans}
    ]
