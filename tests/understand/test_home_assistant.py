"""Sentence files as Home Assistant people have them: what stands beside intents, contexts, endings, ranges, signs."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from voicelog.core.errors import GrammarError
from voicelog.understand import Understanding
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.phrases import recogniser_phrases
from voicelog.understand.grammar.sample import LONGEST, sample_sentences
from voicelog.understand.lexicon.forms import SpokenForms


def understanding(folder: Path, *files: str) -> Understanding:
    for number, text in enumerate(files):
        (folder / f"{number}.yaml").write_text(dedent(text), encoding="utf-8")
    return Understanding.from_folder(folder)


def understood(of: Understanding, text: str) -> tuple[str | None, dict[str, object]]:
    meaning = of.of_text(text)
    assert meaning.accepted, (text, meaning.reason)
    return meaning.intent, dict(meaning.slots)


def one(sentence: str, lists: str = "") -> str:
    head = f'language: en\nintents:\n  Do:\n    data:\n      - sentences: ["{sentence}"]\n'
    return head + (f"lists:\n{lists}" if lists else "")


def test_answers_may_stand_beside_lists_and_intents(tmp_path: Path) -> None:
    of = understanding(
        tmp_path,
        one("log {part}"),
        """
        language: en
        responses: {errors: {no_intent: Sorry}}
        lists: {part: {values: [leg, arm]}}
        skip_words: [please]
        """,
    )
    assert understood(of, "please log leg") == ("Do", {"part": "leg"})


CONTEXTS = """
    language: en
    intents:
      On:
        data:
          - sentences: ["turn on {name}"]
            requires_context: {domain: light}
            slots: {domain: light}
          - sentences: ["turn on {name} [in {area}]"]
            requires_context: {domain: [fan, switch], area: {slot: true}}
      Other:
        data:
          - sentences: ["turn on {name}", "(use|try) {name}"]
            excludes_context: {domain: [light, fan, switch, lock]}
      Open:
        data:
          - sentences: ["(open|use) {name}"]
            requires_context: {domain: lock, room: kitchen}
      Here:
        data:
          - sentences: ["lights on"]
            requires_context: {place: {slot: true}}
          - sentences: ["lights off"]
            requires_context: {nowhere: told}
    lists:
      name:
        values:
          - {in: big lamp, out: light.big, context: {domain: light}}
          - {in: ceiling, out: fan.ceiling, context: {domain: fan, area: hall}}
          - {in: socket, out: switch.socket, context: {domain: {value: switch}}}
          - {in: front door, out: lock.front, context: {domain: lock, room: hall}}
          - {in: back door, out: lock.back, context: {domain: lock, room: kitchen}}
          - radio
      area: {values: [{in: cellar, out: cellar, context: {area: cellar}}]}
"""


def test_what_a_value_tells_of_itself_chooses_the_block(tmp_path: Path) -> None:
    of = understanding(tmp_path, CONTEXTS)
    assert understood(of, "turn on big lamp") == ("On", {"name": "light.big", "domain": "light"})
    assert understood(of, "turn on radio") == ("Other", {"name": "radio"})
    assert understood(of, "use back door") == ("Open", {"name": "lock.back"})


def test_what_is_told_may_fill_a_slot(tmp_path: Path) -> None:
    of = understanding(tmp_path, CONTEXTS)
    assert understood(of, "turn on ceiling") == ("On", {"name": "fan.ceiling", "area": "hall"})
    assert understood(of, "turn on socket in cellar") == ("On", {"name": "switch.socket", "area": "cellar"})


def test_what_a_block_wants_and_nothing_tells_is_not_taken(tmp_path: Path) -> None:
    of = understanding(tmp_path, CONTEXTS)
    for text in ("use big lamp", "use front door", "open radio", "turn on socket", "lights off"):
        assert not of.of_text(text).accepted, text


def test_where_the_speaker_stands_is_taken_as_right(tmp_path: Path) -> None:
    assert understood(understanding(tmp_path, CONTEXTS), "lights on") == ("Here", {})


def test_what_is_sampled_keeps_to_the_contexts(tmp_path: Path) -> None:
    of = understanding(tmp_path, CONTEXTS)
    said = {text for text in sample_sentences(of.grammar, 400) if "lights off" not in text}
    assert {"turn on big lamp", "use back door", "use radio"} <= said
    assert not {"open big lamp", "use front door", "use ceiling"} & said


def test_endings_on_values(tmp_path: Path) -> None:
    of = understanding(
        tmp_path,
        """
        language: en
        intents:
          Dose:
            data:
              - sentences: ["what is {drug}['s] dose"]
          Whose:
            data:
              - sentences: ["whose is <the_drug>'s box", "un{drug}ed", "open {who}'s box", "<the_drug>[s] list"]
        expansion_rules: {the_drug: "[the|my] {drug}"}
        lists:
          drug: {values: [baclofen, "(vitamin|vit) d", {in: omega, out: fat}]}
          who: {wildcard: true}
        """,
    )
    for said in ("what is baclofen's dose", "what is baclofen dose", "what is baclofen’s dose?"):
        assert understood(of, said) == ("Dose", {"drug": "baclofen"})
    assert understood(of, "what is vit d's dose") == ("Dose", {"drug": "vit d"})
    assert understood(of, "what is omega's dose") == ("Dose", {"drug": "fat"})
    assert understood(of, "whose is the omega's box") == ("Whose", {"drug": "fat"})
    assert understood(of, "unomegaed") == ("Whose", {"drug": "fat"})
    assert understood(of, "my baclofens list") == ("Whose", {"drug": "baclofen"})
    assert understood(of, "open aunt mary's box") == ("Whose", {"who": "aunt mary"})


@pytest.mark.parametrize(
    ("bounds", "said", "value"),
    [
        ("from: -20, to: 40", "-5", -5),
        ("from: -20, to: 40", "minus five", -5),
        ("from: -20, to: 40", "−20", -20),
        ("from: -20, to: 40", "minus twenty", -20),
        ("from: -20, to: 40", "minus thirty", None),
        ("from: -20, to: 40", "-30", None),
        ("from: -20, to: 40", "thirty", 30),
        ("from: -20, to: -5", "minus fifteen", -15),
        ("from: 0, to: 40", "-5", None),
        ("from: 0, to: 40", "minus five", None),
        ("from: 0, to: 100, multiplier: 0.01", "50", 0.5),
        ("from: 0, to: 100, multiplier: 0.01", "twenty nine", 0.29),
        ("from: -10, to: 10, multiplier: 2.5", "minus three", -7.5),
        ("from: 0, to: 40, fractions: halves", "20.5", 20.5),
        ("from: 0, to: 40, fractions: halves", "twenty and a half", 20.5),
        ("from: 0, to: 40, fractions: halves", "20.3", None),
        ("from: 0, to: 40, fractions: tenths", "20.3", 20.3),
        ("from: 0, to: 40, fractions: tenths", "twenty point three", 20.3),
        ("from: 0, to: 40, step: 5", "fifteen", 15),
        ("from: 0, to: 40, step: 5", "sixteen", None),
        ("from: 0, to: 40", "20.5", None),
    ],
)
def test_ranges(tmp_path: Path, bounds: str, said: str, value: float | None) -> None:
    of = understanding(tmp_path, one("set {t} degrees", f"  t: {{range: {{{bounds}}}}}"))
    meaning = of.of_text(f"set {said} degrees")
    assert (meaning.slots["t"] if meaning.accepted else None) == value


def test_numbers_below_nought_are_sampled(tmp_path: Path) -> None:
    of = understanding(tmp_path, one("set {t} degrees", "  t: {range: {from: -20, to: 40}}"))
    said = set(sample_sentences(of.grammar, 400))
    assert any(text.startswith("set minus ") for text in said)
    assert all(of.of_text(text).accepted for text in said)


@pytest.mark.parametrize(
    ("sentence", "said", "slots"),
    [
        ("timer {m} and [a] {h} minutes", "timer 5 and a half minutes", {"m": 5, "h": 30}),
        ("timer {m} and [a] {h} minutes", "timer five and half minutes", {"m": 5, "h": 30}),
        ("timer {m} and [a] {h} minutes", "timer twenty five and a quarter minutes", {"m": 25, "h": 15}),
        ("timer {m} [and [a] {h}] minutes", "timer two and a half minutes", {"m": 2, "h": 30}),
        ("timer {m} [and [a] {h}] minutes", "timer two minutes", {"m": 2}),
        ("timer <n> and a {h} minutes", "timer two and a half minutes", {"m": 2, "h": 30}),
        ("timer {m} minutes", "timer five and a half minutes", None),
    ],
)
def test_a_number_and_its_half_in_words_of_their_own(
    tmp_path: Path, sentence: str, said: str, slots: dict[str, int] | None
) -> None:
    lists = (
        "  m: {range: {from: 1, to: 100}}\n  h: {values: [{in: half, out: 30}, {in: quarter, out: 15}]}\n"
        'expansion_rules: {n: "[exactly] {m}"}\n'
    )
    meaning = understanding(tmp_path, one(sentence, lists)).of_text(said)
    assert (dict(meaning.slots) if meaning.accepted else None) == slots


def test_rules_and_lists_of_a_block_alone(tmp_path: Path) -> None:
    of = understanding(
        tmp_path,
        """
        language: en
        intents:
          A:
            data:
              - sentences: ["log <what>", "say <both>"]
                expansion_rules: {what: "the {part:limb}"}
                lists: {part: {values: [leg, "<side> arm"]}}
          B:
            data:
              - sentences: ["log <what>"]
        lists: {part: {values: [head]}}
        expansion_rules: {what: "a {part}", side: "(left|right)", both: "[and] <what>"}
        """,
    )
    assert understood(of, "log the leg") == ("A", {"limb": "leg"})
    assert understood(of, "log the left arm")[0] == "A"
    assert understood(of, "say and the leg") == ("A", {"limb": "leg"})
    assert understood(of, "log a head") == ("B", {"part": "head"})
    assert not of.of_text("log the head").accepted


def test_words_that_yaml_takes_for_something_else(tmp_path: Path) -> None:
    of = understanding(
        tmp_path,
        """
        language: no
        intents:
          Answer:
            data:
              - sentences: ["answer {v}", off, "channel {n}"]
                slots: {mode: on, loud: true, times: 2}
        lists:
          v: {values: [yes, {in: no, out: off}, on, 12:30, 7, {in: maybe, out: 3}]}
          n: {values: [{in: 5, out: five}]}
        """,
    )
    slots = {"mode": "on", "loud": True, "times": 2}
    assert understood(of, "answer no") == ("Answer", {"v": "off", **slots})
    assert understood(of, "answer yes") == ("Answer", {"v": "yes", **slots})
    assert understood(of, "answer twelve thirty") == ("Answer", {"v": "12:30", **slots})
    assert understood(of, "answer seven") == ("Answer", {"v": "7", **slots})
    assert understood(of, "answer maybe") == ("Answer", {"v": 3, **slots})
    assert understood(of, "off") == ("Answer", slots)
    assert understood(of, "channel 5") == understood(of, "channel five") == ("Answer", {"n": "five", **slots})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sonoff_buero_tim", ["sonoff_buero_tim", "sonoff buero tim"]),
        ("light.kitchen-2", ["light.kitchen-2", "light kitchen two"]),
        ("3D printer", ["3D printer", "three d printer", "3 d printer"]),
        ("tom & jerry", ["tom & jerry", "tom and jerry"]),
        ("insulin 30/70", ["insulin 30/70", "insulin thirty seventy"]),
        ("omega-3", ["omega-3", "omega three"]),
        ("mp3", ["mp3", "m p three"]),
        ("channel 101", ["channel 101", "channel one hundred and one", "channel one zero one"]),
        ("radio 2024", ["radio 2024", "radio twenty twenty four"]),
        ("50%", ["50%", "fifty percent", "50 percent"]),
        ("🛋 sofa", ["sofa", "🛋 sofa"]),
    ],
)
def test_names_as_written_and_as_said(tmp_path: Path, name: str, said: list[str]) -> None:
    of = understanding(tmp_path, one("turn on {name}", f'  name: {{values: ["{name}"]}}'))
    for text in said:
        assert understood(of, f"turn on {text}") == ("Do", {"name": name}), text
    assert not [c for text in sample_sentences(of.grammar, 50) for c in text if c.isdigit()]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("language: en\nintents: 5\n", "0.yaml, line 2: 'intents:' is a mapping"),
        ("language: en\nintents:\n  A: [x]\n", "0.yaml, line 3: the intent 'A' needs 'data:'"),
        ("language: en\nintents:\n  A:\n    data:\n      - sentences: x\n", "0.yaml, line 5: a block"),
        ("language: en\nintents:\n  A:\n    data:\n      - sentences: ['']\n", "0.yaml, line 5: a sentence of"),
        ("language: en\nintents:\n  A:\n    data:\n      - sentences: [{a: 1}]\n", "0.yaml, line 5: a sentence of"),
        (one("x {v}", "  v: {values: [{out: 1}]}\n"), "0.yaml, line 7: a value of 'v' needs 'in:'"),
        (one("x {v}", "  v: {values: [~]}\n"), "0.yaml, line 7: a value of 'v' is empty"),
        (one("x {v}", "  v: {values: 5}\n"), "0.yaml, line 7: 'values' is a list"),
        (one("x {v}", "  v: 5\n"), "0.yaml, line 7: the list 'v' needs"),
        (one("x {v}", "  v: {range: {from: 5, to: 1}}\n"), "0.yaml, line 7: the range is from 5 to 1"),
        (one("x {v}", "  v: {range: {from: a, to: 1}}\n"), "0.yaml, line 7: a range needs 'from:'"),
        (one("x {v}", "  v: {range: {from: 1, to: 9, step: 0}}\n"), "0.yaml, line 7: the 'step:'"),
        (one("x {v}", '  v: {values: ["(a"]}\n'), "0.yaml, line 7: .* in “\\(a”"),
        (one("x") + "expansion_rules: {a: {b: c}}\n", "0.yaml, line 6: the text of 'a'"),
        (one("x") + "expansion_rules: {a: '[b'}\n", "0.yaml, line 6: "),
        (one("x") + "skip_words: [[a]]\n", "0.yaml, line 6: a phrase of 'skip_words'"),
        (one("x") + "slots: {a: 5}\n", "0.yaml, line 6: the slot 'a'"),
        (one("x") + "lists: &a {v: {values: [&x [*x]]}}\n", "0.yaml, line 6: .* holds itself"),
        (one("x") + f"lists: {'[' * 5000}\n", "0.yaml"),
        (one("x") + "language: !secret a\n", "0.yaml, line 6: this is not YAML"),
        (one("(" * 500 + "x" + ")" * 500), "0.yaml, line 5: "),
        ("intents:\n" + "\n".join(f"  a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9) if i else 'x'}]" for i in range(9)),
         "0.yaml, line .*: with all its"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, text: str, mistake: str) -> None:
    (tmp_path / "0.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(GrammarError, match=mistake):
        load_grammar(tmp_path)


def chain(rules: int) -> str:
    more = "".join(f'  r{k}: "(<r{k - 1}>|<r{k - 1}> b <r{k - 1}>)"\n' for k in range(1, rules))
    return one(f"<r{rules - 1}>") + f'expansion_rules:\n  r0: "a"\n{more}'


def test_many_rules_in_a_row_are_no_circle(tmp_path: Path) -> None:
    of = understanding(tmp_path, chain(30))
    assert of.of_text("a b a").accepted
    assert max(len(text.split()) for text in sample_sentences(of.grammar, 20)) < 3 * LONGEST


def test_rules_that_lie_too_deep_are_told(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"0.yaml, line 5: the rules .* deep"):
        understanding(tmp_path, chain(400))


def test_a_folder_in_which_nothing_can_be_said_is_told(tmp_path: Path) -> None:
    of = understanding(tmp_path, one("turn on {name}", "  name: {values: [qwertz]}"))
    with pytest.raises(GrammarError, match=r"0.yaml, line 5: none of the sentences can be said.*“qwertz”"):
        recogniser_phrases(of.grammar, {"turn", "on"}.__contains__, SpokenForms(), count=20)


def test_a_byte_order_mark_and_an_empty_file_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text("\ufeff" + one("hello there"), encoding="utf-8")
    (tmp_path / "2.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert Understanding.from_folder(tmp_path).of_text("hello there").accepted
