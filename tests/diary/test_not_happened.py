"""What did not happen, and several in one entry: looks never count a dose not taken, or a stretch without spasms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from voicelog.converse.messages import Filter, Look
from voicelog.core.entry import Change, Entry
from voicelog.diary import open_diary

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
ENTRIES = (
    Entry("a", "medication", NOW, NOW, medication="baclofen", dose=10, unit="mg"),
    Entry("b", "medication", NOW + timedelta(hours=4), NOW, medication="baclofen", taken=False),
    Entry("c", "spasm", NOW, NOW, count=3, about=True, every_s=300, until=NOW + timedelta(minutes=20)),
    Entry("d", "spasm", NOW + timedelta(hours=1), NOW, count=0),
    Entry("e", "spasm", NOW + timedelta(hours=2), NOW, severity=6, compared="worse"),
    Entry("f", "rating", NOW, NOW, rating_of="sleep", severity=3),
    Entry("g", "treatment", NOW, NOW, treatment="botox", units=100, locations=("left calf",)),
)


def test_looks_count_what_happened(tmp_path: Path) -> None:
    with open_diary(tmp_path / "diary.db") as diary:
        for entry in ENTRIES:
            diary.write(Change(f"save {entry.id}", "save", None, entry, NOW))
        assert diary.look(Look(Filter(kinds=("spasm",)))).count == 4
        doses = diary.look(Look(Filter(kinds=("medication",), medication="baclofen")))
        assert [entry.id for entry in doses.entries] == ["a"]
        assert doses.doses == (("baclofen", "mg", 10.0, 1),)
        assert diary.look(Look(Filter(), limit=10)).count == len(ENTRIES) + 2
        taken = ENTRIES[1].with_fields(taken=None)
        diary.write(Change("it was", "change", ENTRIES[1], taken, NOW))
        assert diary.look(Look(Filter(kinds=("medication",)))).count == 2
        none = ENTRIES[2].with_fields(count=0.0)
        diary.write(Change("none", "change", ENTRIES[2], none, NOW))
        assert diary.look(Look(Filter(kinds=("spasm",)))).count == 1
        kept = {entry.id: entry for entry in diary.entries()}["g"]
        assert kept == ENTRIES[6].with_fields(logged_at=kept.logged_at)
