from __future__ import annotations

import pytest

from voicelog.core.resources import grammars_folder
from voicelog.recognise.endpoint import Completeness
from voicelog.recognise.recognisers import completeness
from voicelog.understand import Understanding

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("bad spasm both legs eight out of ten", "whole"),
        ("eight out of ten", "whole"),
        ("eight out of ten oh", "whole"),
        ("undo that", "whole"),
        ("stop", "whole"),
        ("restore it", "whole"),
        ("how many spasms", "unknown"),
        ("how many spasms today", "whole"),
        ("what", "unknown"),
        ("massage for ten minutes", "whole"),
        ("took gabapentin six hundred milligrams", "whole"),
        ("bad spasm both legs eight", "extensible"),
        ("also my right hip", "extensible"),
        ("spasm over", "extensible"),
        ("spasm left leg", "unknown"),
        ("spasm left leg eight over", "unknown"),
        ("numbness in my right hand", "unknown"),
        ("tonic spasm right arm seven lasted", "unfinished"),
        ("let us go to the", "unfinished"),
        ("spasm in my left", "unfinished"),
        ("change that", "unfinished"),
        ("change that to", "unfinished"),
    ],
)
def test_what_is_said_so_far_is_judged(text: str, judged: Completeness) -> None:
    assert completeness(UNDERSTANDING, text, None) == judged


@pytest.mark.parametrize("text", ["no", "yes"])
def test_an_answer_is_whole_only_where_something_was_asked(text: str) -> None:
    assert completeness(UNDERSTANDING, text, None) == "unknown"
    assert completeness(UNDERSTANDING, text, "confirmation") == "whole"


def test_a_number_that_was_asked_for_may_go_on() -> None:
    assert completeness(UNDERSTANDING, "seven", "severity") == "extensible"
    assert completeness(UNDERSTANDING, "seven out of ten", "severity") == "whole"
