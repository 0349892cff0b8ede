from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voicelog.app.view.lines import describe
from voicelog.core.entry import Entry

AT = datetime(2026, 3, 14, 2, 5, tzinfo=UTC)


def entry(kind: str, **fields: object) -> Entry:
    made = Entry(id="a", kind=kind, at=AT, logged_at=AT, text="", confidence=1.0)
    return made.with_fields(**fields)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            entry("spasm", severity=7.5, locations=("left leg",), duration_s=90.0),
            "02:05, spasm, left leg, 7.5/10, 1.5 min",
        ),
        (entry("medication", medication="baclofen", dose=10, unit="mg"), "02:05, baclofen, 10 mg"),
        (entry("spasm", severity=8, locations=("left leg",), unsure=("severity",)), "02:05, spasm, left leg, 8/10?"),
        (entry("medication", medication="baclofen", dose=10, unit="mg", unsure=("dose",)), "02:05, baclofen, 10 mg?"),
        (entry("spasm", unsure=("at",)), "02:05?, spasm"),
        (entry("medication", medication="baclofen", dose=2), "02:05, baclofen, 2"),
        (entry("medication", medication="ibuprofen", dose=2, unit="tablet"), "02:05, ibuprofen, 2 tablets"),
        (entry("medication"), "02:05, medication"),
        (entry("treatment", treatment="yoga", duration_s=1800.0), "02:05, yoga, 30 min"),
        (entry("note", note="new mattress"), "02:05, note, new mattress"),
    ],
)
def test_an_entry_in_a_few_words(told: Entry, words: str) -> None:
    assert describe(told) == words
