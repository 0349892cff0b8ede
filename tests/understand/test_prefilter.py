"""What is left out quickly could not have matched anyway."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.resources import grammars_folder
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.match.chart import Chart
from voicelog.understand.match.match import WORST_COST, Matcher
from voicelog.understand.match.prefilter import Prefilter
from voicelog.understand.match.suffix import Phrases, Suffix

GRAMMAR = load_grammar(grammars_folder("en"))
TEMPLATES = [template.node for template in GRAMMAR.templates]
PREFILTER = Prefilter(TEMPLATES)
MATCHER = Matcher(GRAMMAR)
WORDS = [*sorted(vocabulary(TEMPLATES)), "storm", "the", "um", "no", "7.5", "8"]
SAID = ["bad spasm", "left leg", "eight out of ten", "it lasted a minute and a half", "took two tablets of baclofen"]


def chart(tokens: list[str], worst: float) -> Chart:
    end = Suffix.end(Phrases.of([("um",)], [("no",)]))
    return Chart(end.ending(tokens, (1.0,) * len(tokens)), PREFILTER, worst)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(SAID), st.sampled_from(WORDS)), min_size=1, max_size=6),
    st.sampled_from([0.05, 0.5, 1.5, WORST_COST]),
)
def test_what_the_prefilter_leaves_out_does_not_match(said: list[str], worst: float) -> None:
    tokens = " ".join(said).split()
    left = chart(tokens, worst).may_match()
    left_out = [node for index, node in enumerate(TEMPLATES) if index not in left]
    assert all(chart(tokens, worst).whole(node) is None for node in left_out)


def test_most_templates_are_left_out() -> None:
    tokens = ["leave", "the", "light", "on", "in", "the", "hall", "please"]
    assert len(chart(tokens, 1.0).may_match()) < len(TEMPLATES) / 10


def test_words_of_a_template_are_never_left_out() -> None:
    for text in SAID:
        assert MATCHER.matches(text.split(), 0.1)
