"""The choice between hypotheses, and what is turned away; on hypotheses as the recognisers give them."""

from __future__ import annotations

import numpy as np
import pytest

from voicelog.core.resources import grammars_folder
from voicelog.core.utterance import Again, Hushed, Hypothesis, LessNoise, OneVoice, Utterance, Word
from voicelog.sound.levels import RATE
from voicelog.understand import Understanding
from voicelog.understand.lexicon.forms import Lexeme, SpokenForm, SpokenForms
from voicelog.understand.rank.acceptance import ACCEPT_BESIDE, ACCEPT_BESIDE_TWICE

FORMS = SpokenForms({"baclofen": Lexeme("baclofen", (SpokenForm(("back", "low", "fen"), 1.0),))})
UNDERSTANDING = Understanding(Understanding.from_folder(grammars_folder("en")).grammar, FORMS)


def heard(*texts_and_scores: tuple[str, float]) -> tuple[Hypothesis, ...]:
    found = []
    for text, score in texts_and_scores:
        words = tuple(Word(word, 0.3 * i, 0.3 * i + 0.25) for i, word in enumerate(text.split()))
        found.append(Hypothesis(words, score))
    return tuple(found)


def test_a_sentence_of_the_grammar_wins_over_a_slightly_likelier_string_of_words() -> None:
    utterance = Utterance(
        grammar=heard(("spasm left leg of seven sat", 300.0), ("spasm left leg seven", 298.5)),
        open=heard(("spasm left leg seven", 290.0)),
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert meaning.accepted
    assert meaning.slots == {"locations": ("left leg",), "severity": 7}


def test_the_words_of_an_utterance_are_those_that_it_was_understood_as() -> None:
    utterance = Utterance(
        grammar=heard(("my back a spasming seven out of ten", 300.0), ("my back is spasming seven out of ten", 299.0)),
        open=heard(("my back is spasming seven out of ten", 290.0)),
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert UNDERSTANDING.words_of(utterance, meaning) == "my back is spasming seven out of ten"


@pytest.mark.parametrize(("others", "read"), [(10, True), (40, False)])
def test_only_so_many_words_are_read_of_all_hypotheses(others: int, read: bool) -> None:
    many = [(f"bad spasm left leg seven out of ten {'ha' * k}", 300.0 - 0.01 * k) for k in range(1, others)]
    utterance = Utterance(grammar=heard(*many, ("undo that", 302.0)), open=heard(("undo", 290.0)))
    intents = {c.reading.meaning.intent for c in UNDERSTANDING.explain(utterance).candidates}
    assert ("undo" in intents) is read


@pytest.mark.parametrize("words", ["correct change", "paracetamol or ibuprofen"])
def test_words_half_of_which_make_no_sense_are_not_acted_on(words: str) -> None:
    meaning = UNDERSTANDING.of_utterance(Utterance(grammar=heard((words, 310.0)), open=heard((words, 300.0))))
    assert not meaning.accepted


@pytest.mark.parametrize(
    ("ours", "score", "others", "expecting"),
    [
        ("nine d", 304.0, "nine d", None),
        ("undo score", 306.0, "undo score", "severity"),
        ("say two", 295.0, "saved to", None),
        ("seven", 294.0, "seventh", "severity"),
    ],
    ids=["a word left over", "a word left over, not the answer", "likelier as other words", "no answer"],
)
def test_a_word_or_two_must_be_sure(ours: str, score: float, others: str, expecting: str | None) -> None:
    utterance = Utterance(grammar=heard((ours, score)), open=heard((others, 300.0)))
    assert not UNDERSTANDING.of_utterance(utterance, expecting).accepted


@pytest.mark.parametrize(("word", "expecting"), [("nine", "severity"), ("undo", "severity"), ("undo", None)])
def test_a_word_alone_is_enough(word: str, expecting: str | None) -> None:
    utterance = Utterance(grammar=heard((word, 304.0)), open=heard((word, 300.0)))
    assert UNDERSTANDING.of_utterance(utterance, expecting).accepted


@pytest.mark.parametrize(
    ("ours", "score"),
    [("weights", 303.0), ("thigh", 303.0)],
    ids=["hardly likelier than other words", "another detail"],
)
def test_a_word_that_may_be_the_answer_misheard_is_nothing_else(ours: str, score: float) -> None:
    utterance = Utterance(grammar=heard((ours, score)), open=heard((ours, 302.5)))
    assert not UNDERSTANDING.of_utterance(utterance, "severity").accepted


@pytest.mark.parametrize("ours", ["legs", "two minutes", "help me", "stop"])
def test_something_else_may_be_said_than_was_asked_for(ours: str) -> None:
    utterance = Utterance(grammar=heard((ours, 306.0)), open=heard((ours, 302.0)))
    assert UNDERSTANDING.of_utterance(utterance, "severity").accepted


@pytest.mark.parametrize(
    ("ours", "expecting"),
    [
        *((word, slot) for slot in ("severity", "dose", "locations") for word in ("yes", "no", "that's right")),
        ("no seven", "severity"),
        ("fifteen milligrams", "dose"),
        ("thigh", "locations"),
    ],
)
def test_a_value_in_doubt_that_is_asked_about_may_be_confirmed_or_said_anew(ours: str, expecting: str) -> None:
    utterance = Utterance(grammar=heard((ours, 302.5)), open=heard((ours, 302.0)))
    assert UNDERSTANDING.of_utterance(utterance, expecting).accepted


@pytest.mark.parametrize(
    "beside",
    [("eight and", 302.0), ("nine", 304.0), ("eight and a half", 304.0)],
    ids=["it goes on", "another number", "more than it"],
)
def test_an_answer_beside_which_another_is_as_likely_is_asked_for_again(beside: tuple[str, float]) -> None:
    sure = ("eight", 305.0)
    open_ = heard(("eight", 300.0))
    assert UNDERSTANDING.of_utterance(Utterance(grammar=heard(sure), open=open_), "severity").accepted
    assert not UNDERSTANDING.of_utterance(Utterance(grammar=heard(sure, beside), open=open_), "severity").accepted


@pytest.mark.parametrize(("word", "expecting"), [("eight", "severity"), ("undo", None), ("twitch", None)])
def test_a_word_beside_which_something_else_sounds_is_not_acted_on(word: str, expecting: str | None) -> None:
    t = np.arange(RATE) / RATE
    buzz = (8000 * np.sin(2 * np.pi * 150 * t) * (t < 0.3))[: RATE // 2].astype(np.int16)
    quiet = np.full(RATE // 2, 3, np.int16)
    heard_alone = (Hypothesis((Word(word, 0.5, 0.8),), 306.0),)
    for sound, accepted in (([quiet, buzz, quiet, quiet], True), ([quiet, buzz, buzz, quiet], False)):
        utterance = Utterance(heard_alone, heard((word, 300.0)), samples=np.concatenate(sound))
        assert UNDERSTANDING.of_utterance(utterance, expecting).accepted == accepted


def test_an_answer_that_the_first_look_hardly_had_is_asked_for_again() -> None:
    def again(utterance: Utterance, doubtful: bool) -> Again:
        return LessNoise(heard(("three", 308.0), ("eight", 302.0)))

    for behind, accepted in ((0.2, True), (4.0, False)):
        first = Utterance(grammar=heard(("eight", 302.0), ("three", 302.0 - behind)), open=heard(("three", 300.0)))
        meaning = UNDERSTANDING.of_utterance(first, "severity", again)
        assert meaning.slots == {"severity": 3}
        assert meaning.accepted == accepted


@pytest.mark.parametrize("words", ["no pain tonight", "my legs are not stiff today"])
def test_what_is_none_of_ours_typed_is_none_of_ours_spoken(words: str) -> None:
    utterance = Utterance(grammar=heard((words, 310.0)), open=heard((words, 300.0)))
    assert not UNDERSTANDING.of_text(words).accepted
    assert not UNDERSTANDING.of_utterance(utterance).accepted


def test_an_addition_and_a_correction_of_one_value_are_no_rivals() -> None:
    words = "it was an hour ago"
    meaning = UNDERSTANDING.of_utterance(Utterance(grammar=heard((words, 310.0)), open=heard((words, 302.0))))
    assert meaning.accepted
    assert meaning.slots == {"ago_s": 3600}


def test_too_is_no_number_of_tablets_left_out() -> None:
    ours = heard(("two diazepam", 310.0), ("too diazepam", 309.7))
    meaning = UNDERSTANDING.of_utterance(Utterance(grammar=ours, open=heard(("two diazepam", 302.0))))
    assert meaning.accepted
    assert meaning.slots["dose"] == 2


def test_both_recognisers_must_support_it() -> None:
    ours = heard(("eight out of ten", 374.0))
    alike = UNDERSTANDING.of_utterance(Utterance(grammar=ours, open=heard(("eight or ten", 372.0))))
    other = UNDERSTANDING.of_utterance(
        Utterance(grammar=ours, open=heard(("we scored eight or ten in the quiz", 405.0)))
    )
    assert alike.accepted
    assert not other.accepted
    assert other.confidence < 0.1 < alike.confidence


def test_a_spoken_form_is_put_back_into_its_word() -> None:
    utterance = Utterance(
        grammar=heard(("took ten milligrams of back low fen", 300.0)),
        open=heard(("took ten milligrams of baklava", 296.0)),
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert meaning.slots == {"medication": "baclofen", "dose": 10, "unit": "mg"}


def test_two_numbers_that_sound_alike_leave_a_doubt() -> None:
    utterance = Utterance(
        grammar=heard(("back low fen fifty milligrams", 300.0), ("back low fen fifteen milligrams", 299.9)),
        open=heard(("back off and fifty milligrams", 300.5)),
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert "dose" in meaning.doubtful
    assert meaning.confidence < 0.85


def test_a_number_is_in_doubt_where_a_likelier_one_makes_no_sense() -> None:
    ours = ("back low fen fifty two milligrams", 300.0)
    others = heard(("baclofen fifty milligrams", 292.0))
    alone = UNDERSTANDING.of_utterance(Utterance(grammar=heard(ours), open=others))
    beside = UNDERSTANDING.of_utterance(
        Utterance(grammar=heard(("back low fen fifty ten milligrams", 300.6), ours), open=others)
    )
    assert alone.accepted
    assert beside.accepted
    assert not alone.doubtful
    assert beside.doubtful == ("dose",)


@pytest.mark.parametrize("other", ["clonidine", "klonopin"])
def test_a_long_word_that_any_words_say_otherwise_is_in_doubt(other: str) -> None:
    utterance = Utterance(
        grammar=heard(("took klonopin one milligram", 305.0)), open=heard((f"took {other} one milligram", 300.0))
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert meaning.accepted
    assert meaning.slots["medication"] == "clonazepam"
    assert meaning.doubtful == (("medication",) if other == "clonidine" else ())


@pytest.mark.parametrize(("score", "doubtful"), [(296.0, ("medication",)), (310.0, ())])
def test_a_value_that_only_one_recogniser_hears_is_in_doubt_unless_it_is_likely(
    score: float, doubtful: tuple[str, ...]
) -> None:
    utterance = Utterance(
        grammar=heard(("took diazepam ten milligrams", score)), open=heard(("took dolphin ten milligrams", 300.0))
    )
    meaning = UNDERSTANDING.of_utterance(utterance)
    assert meaning.accepted
    assert meaning.doubtful == doubtful


def test_a_second_look_is_asked_for_in_doubt_only() -> None:
    asked: list[Utterance] = []

    def again(utterance: Utterance, doubtful: bool) -> Again | None:
        if not doubtful:
            return None
        asked.append(utterance)
        return LessNoise(heard(("back low fen fifteen milligrams", 310.0), ("back low fen fifty milligrams", 304.0)))

    sure = Utterance(grammar=heard(("spasm left leg seven", 300.0)), open=heard(("spasm left leg seven", 290.0)))
    UNDERSTANDING.of_utterance(sure, None, again)
    assert not asked
    doubtful = Utterance(
        grammar=heard(("back low fen fifty milligrams", 300.0), ("back low fen fifteen milligrams", 299.9)),
        open=heard(("back off and fifty milligrams", 300.5)),
    )
    assert UNDERSTANDING.of_utterance(doubtful, None, again).slots["dose"] == 15
    assert asked == [doubtful]


SOFT_ENDING = Hushed(seconds=0.25, before_s=0.0, peak_db=-6.0, voiced=True)
TELEVISION = Hushed(seconds=0.8, before_s=0.3, peak_db=-12.0, voiced=True)


@pytest.mark.parametrize(
    ("heard_all", "hushed", "severity"),
    [
        ("spasm left leg seven", SOFT_ENDING, 7),
        ("spasm left leg milligrams both of the seven", SOFT_ENDING, None),
        ("spasm left leg seven", TELEVISION, None),
    ],
    ids=["the person's own last word", "somebody else's words", "talk that began before the person"],
)
def test_the_foreground_decides_where_it_cannot_be_a_soft_ending(
    heard_all: str, hushed: Hushed, severity: int | None
) -> None:
    again = OneVoice(heard(("spasm left leg", 290.0)), lambda: heard(("spasm left leg", 285.0)), hushed)
    utterance = Utterance(grammar=heard((heard_all, 300.0)), open=heard((heard_all, 295.0)))
    explanation = UNDERSTANDING.explain(utterance, None, lambda _utterance, _doubtful: again)
    assert explanation.meaning.slots.get("severity") == severity


@pytest.mark.parametrize(("open_score", "severity"), [(280.0, 7), (300.0, None)], ids=["sure at first", "unsure"])
def test_a_brief_soft_ending_told_apart_counts_if_the_first_look_was_sure(
    open_score: float, severity: int | None
) -> None:
    again = OneVoice(heard(("spasm left leg", 290.0)), lambda: heard(("spasm left leg", 285.0)), SOFT_ENDING, True)
    utterance = Utterance(
        grammar=heard(("spasm left leg seven", 300.0)), open=heard(("spasm lift like seven", open_score))
    )
    explanation = UNDERSTANDING.explain(utterance, None, lambda _utterance, _doubtful: again)
    assert explanation.meaning.slots.get("severity") == severity


def test_words_that_are_faint_in_the_separated_voice_are_somebody_elses() -> None:
    said = heard(
        ("two spasm left leg seven", 290.0), ("ten spasm left leg seven", 289.9), ("spasm left leg seven", 286.0)
    )
    voice = (4000 * np.random.default_rng(1).standard_normal(RATE * 3 // 2)).astype(np.int16)
    alone = np.concatenate([voice[: 3 * RATE // 10] // 20, voice[3 * RATE // 10 :]])
    utterance = Utterance(grammar=said, open=heard(("to spasm left leg seven", 285.0)))

    def severity(nearest: object) -> object:
        again = OneVoice(said, lambda: said, TELEVISION, told_apart=True, by_level=said, nearest=nearest)
        meaning = UNDERSTANDING.explain(utterance, None, lambda _utterance, _doubtful: again).meaning
        return meaning.slots.get("severity") if meaning.accepted else None

    assert severity(voice) is None
    assert severity(alone) == 7


@pytest.mark.parametrize(
    ("by_level", "open_score", "accepted"),
    [
        ((("spasm left leg seven", 290.0),), 295.0, True),
        ((("spasm left leg", 290.0), ("spasm left leg seven", 288.0)), 288.0, False),
    ],
    ids=["heard alike in both", "heard in one"],
)
def test_beside_other_talk_what_both_kinds_of_the_voice_alone_have_needs_less(
    by_level: tuple[tuple[str, float], ...], open_score: float, accepted: bool
) -> None:
    said, free = heard(("spasm left leg seven", 290.0)), heard(("spasm lift like seven", open_score))
    voice = (4000 * np.random.default_rng(1).standard_normal(RATE * 3 // 2)).astype(np.int16)
    again = OneVoice(said, lambda: free, TELEVISION, told_apart=True, by_level=heard(*by_level), nearest=voice)
    utterance = Utterance(grammar=said, open=free)
    meaning = UNDERSTANDING.explain(utterance, None, lambda _utterance, _doubtful: again).meaning
    assert meaning.slots["severity"] == 7
    assert ACCEPT_BESIDE_TWICE < meaning.confidence < ACCEPT_BESIDE
    assert meaning.accepted == accepted


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("six", 6),
        ("it six", 6),
        ("go four out of ten", 4),
        ("an eight and a half", 8.5),
        ("i and a half", None),
        ("the i and a half", None),
        ("i half", None),
        ("two eight", None),
        ("is ten", None),
    ],
)
def test_an_answer_may_follow_a_breath_but_not_its_own_lost_beginning(words: str, severity: float | None) -> None:
    meaning = UNDERSTANDING.of_utterance(Utterance(heard((words, 300.0)), heard((words, 298.0))), "severity")
    assert (meaning.slots.get("severity") if meaning.accepted else None) == severity


def test_what_was_asked_is_likelier_than_what_was_not() -> None:
    hypotheses = heard(("back six", 300.0), ("six", 299.6))
    assert UNDERSTANDING.of_utterance(Utterance(hypotheses, heard(("six", 297.0))), "severity").slots == {"severity": 6}
    assert "locations" in UNDERSTANDING.of_utterance(Utterance(hypotheses, heard(("six", 297.0)))).slots


def test_nothing_heard_is_no_meaning() -> None:
    meaning = UNDERSTANDING.of_utterance(Utterance())
    assert not meaning.accepted
    assert meaning.reason


def test_the_explanation_shows_hypotheses_slots_and_reason() -> None:
    utterance = Utterance(grammar=heard(("spasm left leg seven", 300.0)), open=heard(("spasm left leg seven", 290.0)))
    why = UNDERSTANDING.explain(utterance).to_json()
    assert why["candidates"][0]["slots"] == {"locations": ["left leg"], "severity": 7}
    assert why["candidates"][0]["sentence"].startswith("log_spasm.yaml, line ")
    assert why["open"] == ["spasm left leg seven"]
    assert why["evidence"]["likeness"] == 1.0
    assert why["reason"] == ""
