"""Completing and correcting entries, undoing, bringing back and deleting."""

from __future__ import annotations

from dataclasses import replace

from voicelog.converse.handlers.log_entry import like_the_last, log, tell
from voicelog.converse.handlers.named import as_said_of, named
from voicelog.converse.merge import Completed, completed, takes
from voicelog.converse.messages import KeepUnclear
from voicelog.converse.modes import Ask, Mode, Question
from voicelog.converse.state import Missed, Talk
from voicelog.converse.when import seconds_between
from voicelog.core import body as parts
from voicelog.core.entry import KINDS, LIST_FIELDS, Change, Entry
from voicelog.core.fields import FIELDS_OF
from voicelog.core.meaning import Meaning, When

EVENT = {"locations", "type"}
"""What makes a spasm of details that complete no entry, with one detail more."""
OTHER_SIDE = "other"
SOON_S = 15.0
"""For so long after an entry was spoken of a number that stands alone corrects its own."""
BARE_WORDS = 2
ADDED_S = 15 * 60.0
"""For so long after it was logged an entry is what "and my foot too" adds to."""
MISSED_S = 30.0
"""For so long after something was not understood, details that belong to no entry belong to it."""
_LATE_S = 12 * 3600.0
"""For so long after it was made an entry may still be meant by a completion that comes late."""


def amend(talk: Talk, meaning: Meaning) -> None:
    """Complete or correct the entry that is meant, or ask which it is."""
    if meaning.of is not None:
        _amend_named(talk, meaning, meaning.of)
        return
    if _answers_late(talk, meaning):
        return
    if meaning.asides.get("side") == OTHER_SIDE:
        meaning = _turned(talk, meaning)
    told = meaning.slots or meaning.without or meaning.asides.keys() & {"side", "again"}
    if not told and meaning.when == When():
        _ask_change(talk, meaning)
        return
    entry = meant(talk, meaning)
    if entry is not None and _says_no_side(entry, meaning):
        _ask_change(talk, meaning)
        return
    if entry is not None and _is_late_number(talk, entry, meaning):
        value = talk.describe.phrases.number(meaning.slots["severity"])
        text = talk.replies.sentence("ask_instead", entry=talk.describe.entry_at(entry, talk.now), value=value)
        talk.ask(Question(Ask.LATE, entry.id, 0.0, text, meaning=meaning))
        return
    missed = _just_missed(talk, entry)
    if entry is not None and missed is not None and not meaning.replaces:
        _after_missed(talk, entry, missed, meaning)
        return
    if entry is not None:
        apply(talk, entry, meaning)
        return
    if _is_an_event(meaning):
        log(talk, replace(meaning, intent="log_spasm"))
        return
    if missed is not None and meaning.slots.keys() & set(FIELDS_OF["spasm"]) and not meaning.replaces:
        _log_missed(talk, missed, meaning)
        return
    last = talk.history.newest(lambda entry: bool(takes(entry.kind, meaning)))
    if last is not None and (_denies_what_it_has(last, meaning) or _adds_soon(talk, last, meaning)):
        apply(talk, last, meaning)
        return
    if last is not None and _recent(talk, last) and _adds(last, meaning):
        text = talk.replies.sentence("ask_late", entry=talk.describe.entry_at(last, talk.now))
        talk.ask(Question(Ask.LATE, last.id, 0.0, text, meaning=meaning))
        return
    talk.actions.append(KeepUnclear(meaning.text))
    if talk.history.newest() is None:
        talk.answer("nothing_to_complete")
    else:
        talk.chime("question")


def _answers_late(talk: Talk, meaning: Meaning) -> bool:
    """Whether "add that to …?" was answered by saying it once more, which is a yes, or by more of it."""
    question = talk.question
    if question is None or question.ask is not Ask.LATE or question.meaning is None:
        return False
    entry, asked = talk.history.entry(question.entry_id), question.meaning
    both = replace(asked, slots={**asked.slots, **meaning.slots}, text=meaning.text, doubtful=meaning.doubtful)
    if entry is None or not meaning.slots or not takes(entry.kind, both):
        return False
    if not asked.slots.keys() & meaning.slots.keys():
        talk.ask(replace(question, meaning=both))  # more of the same, and no answer yet
        return True
    talk.settle()
    apply(talk, entry, both)
    return True


def _turned(talk: Talk, meaning: Meaning) -> Meaning:
    """The meaning of "the other one" with the side that it is, where the entry has one with a side; else none."""
    entry = meant(talk, replace(meaning, asides={**meaning.asides, "side": "left"})) or _logged_lately(talk)
    sides = {side for side, _ in map(parts.split, entry.locations)} if entry is not None else set()
    asides = {name: value for name, value in meaning.asides.items() if name != "side"}
    if sides in ({"left"}, {"right"}):
        asides["side"] = "right" if sides == {"left"} else "left"
    return replace(meaning, asides=asides)


def _logged_lately(talk: Talk) -> Entry | None:
    last = talk.history.newest(lambda entry: entry.kind == "spasm")
    return last if last is not None and seconds_between(last.logged_at, talk.now) <= ADDED_S else None


def _is_late_number(talk: Talk, entry: Entry, meaning: Meaning) -> bool:
    """Whether a number alone would change one said a while ago: it may be of anything ("two", of sugars)."""
    bare = set(meaning.slots) == {"severity"} and not meaning.replaces and len(meaning.text.split()) <= BARE_WORDS
    if not bare or talk.question is not None or entry.severity in (None, meaning.slots["severity"]):
        return False
    heard = max((o.heard for o in talk.opened if o.entry_id == entry.id), default=talk.t)
    return talk.t - heard > SOON_S


def _amend_named(talk: Talk, meaning: Meaning, of: Meaning) -> None:
    """Change the entry that was named; ask first where it may be one of several."""
    found = named(talk, of)
    fitting = [(e, said) for e in found.entries if takes(e.kind, said := as_said_of(e, meaning))]
    if not fitting:
        talk.actions.append(KeepUnclear(meaning.text))
        talk.answer("nothing_named")
        return
    entry, said = fitting[0]
    if found.sure or len(fitting) == 1:
        talk.leave()
        apply(talk, entry, said)
        return
    text = talk.replies.sentence("ask_late", entry=talk.describe.entry_at(entry, talk.now))
    talk.ask(Question(Ask.LATE, entry.id, 0.0, text, meaning=said))


def _is_an_event(meaning: Meaning) -> bool:
    """Whether what completes no entry is one of its own: "left leg, four" names a spasm without the word."""
    if meaning.replaces or meaning.without or meaning.asides.get("side"):
        return False
    return bool(EVENT & meaning.slots.keys()) and len(meaning.slots.keys() & set(FIELDS_OF["spasm"])) > 1


def _just_missed(talk: Talk, entry: Entry | None) -> Missed | None:
    """What was not understood since this entry was spoken of, right before: details that follow it may be its own."""
    missed = talk.missed[-1] if talk.missed else None
    if missed is None or seconds_between(missed.at, talk.now) > MISSED_S:
        return None
    heard = max((o.heard for o in talk.opened if entry is not None and o.entry_id == entry.id), default=None)
    since = None if heard is None else talk.t - heard
    return missed if since is None or seconds_between(missed.at, talk.now) < since else None


def _after_missed(talk: Talk, entry: Entry, missed: Missed, meaning: Meaning) -> None:
    """Details after words that were not understood: of what those told, or of the entry before.

    What that entry has already is changed or added to only after a yes.
    """
    if missed.event and meaning.slots.keys() & set(FIELDS_OF["spasm"]):
        _log_missed(talk, missed, meaning)
        return
    if all(getattr(entry, name, None) in (None, ()) for name in meaning.slots):
        apply(talk, entry, meaning)  # what it lacked, and nothing is changed
        return
    text = talk.replies.sentence("ask_late", entry=talk.describe.entry_at(entry, talk.now))
    talk.ask(Question(Ask.LATE, entry.id, 0.0, text, meaning=meaning))


def _log_missed(talk: Talk, missed: Missed, meaning: Meaning) -> None:
    """Log what was not understood by the details that were."""
    talk.missed.remove(missed)
    log(talk, replace(meaning, intent="log_spasm", text=f"{missed.text}, {meaning.text}"))


def _adds_soon(talk: Talk, entry: Entry, meaning: Meaning) -> bool:
    """Whether it is said to be more of what was logged some minutes ago: "oh and my left foot too"."""
    soon = seconds_between(entry.logged_at, talk.now) <= ADDED_S
    return soon and "adds" in meaning.asides and not meaning.replaces and "severity" not in meaning.slots


def _denies_what_it_has(entry: Entry, meaning: Meaning) -> bool:
    """Whether it only takes away what the entry has: "it didn't wake me" can be about no other."""
    has = {value for name in LIST_FIELDS for value in getattr(entry, name)}
    return bool(meaning.without) and not meaning.slots and has.issuperset(meaning.without)


def _adds(entry: Entry, meaning: Meaning) -> bool:
    """Whether so late something may be meant to be added: it corrects, or tells what was not said yet."""
    if meaning.replaces or meaning.without or not meaning.slots:
        return True
    return any(getattr(entry, name, None) in (None, ()) or name in LIST_FIELDS for name in meaning.slots)


def _says_no_side(entry: Entry, meaning: Meaning) -> bool:
    """Whether a correction names nothing but parts that the entry has with their sides: "wrong leg" of "left leg"."""
    new = meaning.slots.get("locations", ())
    if not new or set(meaning.slots) != {"locations"} or "locations" not in meaning.replaces:
        return False
    known = {part for side, part in map(parts.split, entry.locations) if side}
    return all(not side and part in known for side, part in map(parts.split, new))


def meant(talk: Talk, meaning: Meaning) -> Entry | None:
    """The entry that a completion or correction is about; None where that is not plain."""
    if meaning.of is not None:
        found = named(talk, meaning.of)
        return next((e for e in found.entries if found.sure and takes(e.kind, as_said_of(e, meaning))), None)
    question = talk.question
    if question is not None and question.ask in (Ask.SEVERITY, Ask.DOUBT, Ask.CHANGE):
        entry = talk.history.entry(question.entry_id)
        if entry is not None and takes(entry.kind, meaning):
            return entry
    if talk.mode is Mode.READING or meaning.asides.get("target") == "this":
        entry = shown(talk)
        if entry is not None and takes(entry.kind, meaning):
            return entry
    opened = talk.still_open()[::-1]
    if not meaning.replaces:
        opened = sorted(opened, key=lambda o: not o.logged)
    for candidate in opened:
        entry = talk.history.entry(candidate.entry_id)
        if entry is not None and takes(entry.kind, meaning):
            return entry
    return next((e for e in talk.history.running()[::-1] if takes(e.kind, meaning)), None)


def shown(talk: Talk) -> Entry | None:
    """The entry that "this one" means: the one being read, else the one spoken of last."""
    if talk.reading is not None:
        index = talk.reading.index
        return talk.history.entry(talk.reading.entries[index].id) if index >= 0 else None
    opened = talk.still_open()
    return talk.history.entry(opened[-1].entry_id) if opened else None


def apply(talk: Talk, entry: Entry, meaning: Meaning) -> None:
    """Change the entry as was said, save it and say it back, what changed first."""
    question = talk.question
    asked_to_change = question is not None and question.ask is Ask.CHANGE and question.entry_id == entry.id
    if asked_to_change and question is not None and question.slot is None:
        meaning = replace(meaning, replaces=tuple(meaning.slots))
    meaning = _in_its_unit(talk, entry, _at_the_same_place(talk, entry, meaning))
    done = completed(entry, meaning, talk.now, talk.last_locations(entry.id))
    if question is not None and question.entry_id == entry.id and (asked_to_change or question.slot in done.said):
        talk.settle()
    talk.open(done.entry, locations=done.new_locations)
    if done.entry == entry:
        talk.confirm("saved", _said_back(talk, "unchanged", done))
    else:
        name = "taken_out" if done.gone else "changed" if done.replaced else "completed"
        talk.write("change", entry, done.entry, meaning.text)
        tell(
            talk, done.entry, _said_back(talk, name, done), "changed" if done.replaced else "saved", done.new_locations
        )
    talk.later_ask_severity(done.entry)


def _in_its_unit(talk: Talk, entry: Entry, meaning: Meaning) -> Meaning:
    """The meaning with the medication's usual unit, where its dose comes later and without one."""
    unit = talk.usual_units.get(entry.id)
    if unit is None or entry.unit is not None or "dose" not in meaning.slots or "unit" in meaning.slots:
        return meaning
    return replace(meaning, slots={**meaning.slots, "unit": unit})


def _at_the_same_place(talk: Talk, entry: Entry, meaning: Meaning) -> Meaning:
    """The meaning with the places of the spasm before, where it is said that they are the same."""
    places = like_the_last(talk, entry.with_fields(locations=()), meaning).locations
    return replace(meaning, slots={**meaning.slots, "locations": places}) if places else meaning


def _said_back(talk: Talk, name: str, done: Completed) -> str:
    entry = done.entry
    leave = set(done.said)
    said = []
    for field in done.said:
        if field == "unit" and "dose" in done.said:
            continue
        if field == "locations" and done.new_locations:
            named = done.entry.with_fields(locations=done.new_locations)
            said.append((field, talk.describe.field(named, field, talk.now)))
            others = tuple(place for place in entry.locations if place not in done.new_locations)
            entry = entry.with_fields(locations=others)
            leave.discard("locations")
        else:
            said.append((field, talk.describe.field(done.entry, field, talk.now)))
    return talk.describe.reply(name, entry, talk.now, leave, changed=[part for part in said if part[1]])


def _ask_change(talk: Talk, meaning: Meaning) -> None:
    """ "Change this one" and nothing more: ask what, and take the next words for it."""
    entry = shown(talk) or talk.history.newest()
    if entry is None:
        talk.actions.append(KeepUnclear(meaning.text))
        talk.answer("nothing_to_complete")
        return
    talk.ask(Question(Ask.CHANGE, entry.id, 0.0, talk.replies.sentence("ask_change")))


def _recent(talk: Talk, entry: Entry) -> bool:
    return talk.now.timestamp() - entry.logged_at.timestamp() <= _LATE_S


def undo(talk: Talk, meaning: Meaning) -> None:
    """Take back the last step; in a list, "delete this one" asks about that entry."""
    if meaning.asides.get("target") == "this":
        entry = shown(talk)
        if entry is not None:
            ask_delete(talk, entry)
            return
    if meaning.of is not None:
        _undo_named(talk, meaning, meaning.of)
        return
    about = _named(talk, meaning)
    if about is not None:
        _delete_named(talk, about, meaning)
        return
    change = talk.history.to_undo()
    talk.leave()
    if change is None:
        talk.answer("nothing_to_undo")
        return
    _reverse(talk, change, meaning.text, "undone")


def _undo_named(talk: Talk, meaning: Meaning, of: Meaning) -> None:
    """Delete the entries that were named; ask first, unless it is the one just logged."""
    found = named(talk, of)
    if not found.entries:
        talk.actions.append(KeepUnclear(meaning.text))
        talk.answer("nothing_named")
    elif not found.every or len(found.entries) == 1:
        if found.sure:
            _delete_named(talk, found.entries[0], meaning)
        else:
            ask_delete(talk, found.entries[0])
    else:
        said = [talk.describe.entry_at(entry, talk.now) for entry in found.entries]
        text = talk.replies.sentence("ask_delete", entry=talk.describe.phrases.joined(said))
        ids = tuple(entry.id for entry in found.entries)
        talk.ask(Question(Ask.DELETE, ids[0], 0.0, text, values=ids))


def _named(talk: Talk, meaning: Meaning) -> Entry | None:
    """The entry that "delete my last spasm", "delete the baclofen" means; None where nothing was named."""
    names = {slot: meaning.slots[slot] for slot in ("medication", "treatment", "symptom") if slot in meaning.slots}
    kind = next(iter(names), meaning.asides.get("about"))
    if kind not in KINDS:
        return None
    return talk.history.newest(lambda e: e.kind == kind and all(getattr(e, n) == v for n, v in names.items()))


def _delete_named(talk: Talk, entry: Entry, meaning: Meaning) -> None:
    """Delete it at once if it has just been logged; else ask, lest it is another than the one meant."""
    if any(o.entry_id == entry.id and o.logged for o in talk.still_open()):
        talk.leave()
        delete(talk, entry, meaning.text)
    else:
        ask_delete(talk, entry)


def ask_delete(talk: Talk, entry: Entry) -> None:
    """Ask before an entry found in a review is deleted."""
    text = talk.replies.sentence("ask_delete", entry=talk.describe.entry_at(entry, talk.now))
    talk.ask(Question(Ask.DELETE, entry.id, 0.0, text))


def delete(talk: Talk, entry: Entry, words: str) -> None:
    """Delete an entry; it can be brought back."""
    talk.write("remove", entry, None, words)
    talk.confirm("removed", talk.describe.reply("deleted", entry, talk.now))


def restore(talk: Talk, meaning: Meaning) -> None:
    """Bring back what was last undone or deleted."""
    change = talk.history.to_restore()
    if change is None:
        talk.answer("nothing_to_restore")
        return
    talk.settle()
    _reverse(talk, change, meaning.text, "restored")


def _reverse(talk: Talk, change: Change, words: str, name: str) -> None:
    reversal = talk.history.reverse(change)
    talk.reverse(reversal, words)
    talk.ask_severity_of = None
    entry = reversal.after
    if entry is None:
        gone = reversal.before or change.entry
        talk.confirm("removed", talk.describe.reply("removed", gone, talk.now))
        return
    if entry.running:
        talk.kept_running.add(entry.id)
    if reversal.op == "restore":
        name = "restored"
    talk.open(entry)
    talk.confirm("changed", talk.describe.reply(name, entry, talk.now))
