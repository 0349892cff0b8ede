"""New entries: saved at once, said back, and doubts asked about."""

from __future__ import annotations

from voicelog.converse.merge import entry_from, when_of
from voicelog.converse.messages import Look
from voicelog.converse.modes import Ask, Question
from voicelog.converse.state import Inquiry, Talk, same_medication
from voicelog.converse.when import seconds_between
from voicelog.core import body as parts
from voicelog.core.entry import Entry
from voicelog.core.fields import FIELDS_OF
from voicelog.core.fields import KIND_LOGGED_BY as KIND_OF
from voicelog.core.meaning import Meaning

__all__ = ["KIND_OF"]

_DOUBTS = ("severity", "dose", "medication", "locations", "at")
"""The fields asked about first, the worst to have wrong at the head; then the others."""

_SAME_TIME_S = 60.0
SAME, THERE = "same", "there"
"""What is said of a spasm that is like the one before, and of one in the same place."""
SAME_WITHIN_S = 24 * 3600.0


def log(talk: Talk, meaning: Meaning) -> None:
    """Save a new entry and say it back."""
    assert meaning.intent is not None
    entry = like_the_last(talk, entry_from(meaning, talk.new_id(), KIND_OF[meaning.intent], talk.now), meaning)
    twin = _twin(talk, entry)
    talk.leave()
    talk.write("save", None, entry, meaning.text)
    talk.open(entry, locations=entry.locations)
    if "usual_unit" in meaning.asides:
        talk.usual_units[entry.id] = str(meaning.asides["usual_unit"])
    talk.later_ask_severity(entry)
    if twin is not None:
        text = talk.describe.reply("saved_again", entry, talk.now)
        talk.chime("saved")
        talk.ask(Question(Ask.SAME, entry.id, 0.0, text, other_id=twin.id))
    elif entry.kind == "medication" and entry.medication and talk.settings.same_medication_s:
        talk.look(_tell_medication(talk, entry))
    else:
        tell(talk, entry, _saved(talk, entry, meaning))


def like_the_last(talk: Talk, entry: Entry, meaning: Meaning) -> Entry:
    """The entry with the place of a spasm before it, where that is said to be the same.

    "The same again" has place and type of the last one; "same leg" the side of the last one in a leg.
    """
    again = meaning.asides.get("again")
    if again is None or entry.kind != "spasm" or entry.locations:
        return entry
    place = None if again in (SAME, THERE) else str(again)
    last = talk.history.newest(
        lambda e: e.kind == "spasm" and e.count is None and e.id != entry.id and _has_place(e, place)
    )
    if last is None or seconds_between(last.at, talk.now) > SAME_WITHIN_S:
        return entry.with_fields(locations=(place,) if place else ())
    places = tuple(known for known in last.locations if place is None or parts.covers(place, known))
    return entry.with_fields(locations=places, type=entry.type or (last.type if again == SAME else None))


def _has_place(entry: Entry, place: str | None) -> bool:
    return any(place is None or parts.covers(place, known) for known in entry.locations)


def _saved(talk: Talk, entry: Entry, meaning: Meaning) -> str:
    """The saying back; a time that was only a part of a day, which no clock tells, is said as it was."""
    when = when_of(meaning)
    if when.day is None or when.clock is not None or when.ago_s is not None or when.day in ("today", "tonight", "now"):
        return talk.describe.reply("saved", entry, talk.now)
    return talk.describe.reply("saved_sometime", entry, talk.now, leave=("at",), when=when.day)


def tell(talk: Talk, entry: Entry, text: str, chime: str = "saved", new: tuple[str, ...] = ()) -> None:
    """Say that something is done, and in the same breath ask about what was heard with doubt.

    ``new`` are the locations just said, where there were others before.
    """
    doubt = doubt_about(talk, entry)
    if doubt is None:
        talk.confirm(chime, text)
        return
    values = (new or entry.locations) if doubt == "locations" else ()
    asked = entry.with_fields(locations=values) if values else entry
    question = talk.replies.sentence("ask_doubt", value=talk.describe.field(asked, doubt, talk.now))
    if not talk.night:
        sure = entry.with_fields(locations=tuple(place for place in entry.locations if place not in values))
        leave = () if values else (doubt,)
        question = f"{talk.describe.reply('saved', sure, talk.now, leave=leave)} {question}"
    talk.chime(chime)
    talk.ask(Question(Ask.DOUBT, entry.id, 0.0, question, slot=doubt, values=values))


def doubt_about(talk: Talk, entry: Entry) -> str | None:
    """The field to ask about, if any and if the user wants to be asked.

    Not the intensity where the severity is sure, as the number says it better.
    """
    if not talk.settings.ask_unsure:
        return None
    order = sorted(entry.unsure, key=lambda name: _DOUBTS.index(name) if name in _DOUBTS else len(_DOUBTS))
    told = {"note"} if entry.severity is None or "severity" in entry.unsure else {"note", "intensity"}
    return next((name for name in order if name not in told and talk.describe.field(entry, name, talk.now)), None)


def _tell_medication(talk: Talk, entry: Entry) -> Inquiry:
    """Say the dose back, and what was logged of the same medication not long ago."""
    found = yield Look(same_medication(entry, talk.settings.same_medication_s), "newest", 2)
    text = talk.describe.reply("saved", entry, talk.now)
    other = next((e for e in found.entries if e.id != entry.id), None)
    if other is None:
        tell(talk, entry, text)
        return
    when = talk.describe.clock.at(other.at, talk.now)
    remark = talk.replies.sentence("same_medication", medication=talk.describe.kind(other), when=when)
    if talk.night:
        tell(talk, entry, text)
        talk.say(remark, "notice")
    else:
        tell(talk, entry, f"{text} {remark}")


def _twin(talk: Talk, entry: Entry) -> Entry | None:
    """The entry just made that says the very same, or a running one that this may be more about."""
    for opened in reversed(talk.still_open()):
        other = talk.history.entry(opened.entry_id)
        if other is None or not opened.logged or other.kind != entry.kind:
            continue
        soon = talk.t - opened.heard <= talk.settings.same_words_s
        near = abs(seconds_between(other.at, entry.at)) <= _SAME_TIME_S
        if soon and near and all(getattr(other, n) == getattr(entry, n) for n in FIELDS_OF[entry.kind]):
            return other
        if other.running and _is_now(entry):
            return other
        return None
    return None


def _is_now(entry: Entry) -> bool:
    """Whether the entry is about what happens now."""
    return abs(seconds_between(entry.at, entry.logged_at)) <= _SAME_TIME_S
