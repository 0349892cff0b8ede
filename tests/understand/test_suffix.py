"""What hypotheses share in their endings is the same as what each has by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.resources import grammars_folder
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.match.match import WORST_COST, Match, Matcher

GRAMMAR = load_grammar(grammars_folder("en"))
MATCHER = Matcher(GRAMMAR)
WORDS = [*sorted(vocabulary(template.node for template in GRAMMAR.templates)), "storm", "um", "no", "half", "an", "7.5"]
SAID = ["bad spasm", "left leg", "eight out of ten", "half an hour", "twenty five", "two tablets of baclofen", "no"]
PARTS = st.lists(st.one_of(st.sampled_from(SAID), st.sampled_from(WORDS)), min_size=1, max_size=3)


def told(matches: list[Match]) -> list[tuple[object, ...]]:
    return [(match.template.text, round(match.cost, 6), match.captures) for match in matches]


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, min_size=2, max_size=4), PARTS, st.sampled_from([0.5, 1.5, WORST_COST]))
def test_a_shared_ending_changes_no_match(beginnings: list[list[str]], ending: list[str], worst: float) -> None:
    end = MATCHER.end()
    for beginning in [*beginnings, []]:
        tokens = " ".join([*beginning, *ending]).split()
        assert told(MATCHER.matches(tokens, worst, end=end)) == told(MATCHER.matches(tokens, worst))


def test_what_was_looked_for_less_far_is_looked_for_again() -> None:
    end = MATCHER.end()
    tokens = ["the", "storm", "bad", "spasm", "in", "the", "left", "leg"]
    assert not MATCHER.matches(tokens, 0.1, end=end)
    assert told(MATCHER.matches(tokens, 2.5, end=end)) == told(MATCHER.matches(tokens, 2.5))


def test_a_number_is_not_shared_with_what_begins_another() -> None:
    end = MATCHER.end()
    for text in ("it lasted an hour", "it lasted half an hour", "it lasted an hour"):
        [best, *_] = MATCHER.matches(text.split(), 1.0, end=end)
        assert [capture.value for capture in best.captures] == [1800.0 if "half" in text else 3600.0]
