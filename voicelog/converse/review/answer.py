"""Looking back: each question of the user as a few looks into the diary and one short sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from voicelog.converse.messages import Filter, Found, Look
from voicelog.converse.review import browse as reading
from voicelog.converse.review import summary as summarising
from voicelog.converse.review.narrow import UnknownPeriodError, counted, none, period_said, scope
from voicelog.converse.review.pattern import pattern
from voicelog.converse.review.periods import compared
from voicelog.converse.review.scope import Scope
from voicelog.converse.state import Inquiry, Talk
from voicelog.converse.when import seconds_between
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

Answer = Callable[[Talk, Scope, Meaning], Inquiry]

SAME_SEVERITY = 0.5
"""Averages that differ by less are "about the same"."""


def review(talk: Talk, meaning: Meaning) -> None:
    """Answer a question about the diary."""
    answer, default_period, default_kind = _ANSWERS[meaning.intent or ""]
    order_alone = meaning.intent == "review_list" and not meaning.slots and "order" in meaning.asides
    if order_alone and talk.reading is not None:
        again = _list(talk, talk.reading.scope, meaning)
        talk.leave()
        talk.look(again)
        return
    talk.leave()
    talk.more = None
    try:
        of = scope(talk, meaning, default_period, default_kind)
    except UnknownPeriodError:
        talk.answer("unknown_period")
        return
    talk.look(answer(talk, of, meaning))


def advise(talk: Talk, meaning: Meaning) -> None:
    """Say that it gives no advice, and of a medication when it was last taken."""
    talk.leave()
    if "medication" not in meaning.slots:
        talk.answer("no_advice")
        return
    about = Meaning(meaning.text, "review_medication", slots={"medication": meaning.slots["medication"]})
    talk.look(_no_advice(talk, scope(talk, about, None, "medication")))


def make_report(talk: Talk, _: Meaning) -> None:
    """Say how the report is made: it is for a screen or paper."""
    talk.leave()
    talk.answer("report_at_keyboard")


def _no_advice(talk: Talk, of: Scope) -> Inquiry:
    found = yield Look(of.filter)
    if not found.entries:
        talk.answer("no_advice_none", medication=of.name or "")
        return
    entry = found.entries[0]
    when = talk.describe.clock.at(entry.at, talk.now)
    talk.answer("no_advice_last", medication=talk.describe.kind(entry), when=when)


def find_notes(talk: Talk, meaning: Meaning) -> None:
    """Read the notes that have the words."""
    words = str(meaning.slots.get("note", "")).strip()
    of = scope(talk, Meaning(meaning.text, meaning.intent, asides={"about": "note"}), None)
    talk.leave()
    talk.look(reading.begin(talk, of, "newest", words))


def _last(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    found = yield Look(of.filter)
    if not found.entries:
        none(talk, of)
        return
    entry = found.entries[0]
    when = talk.describe.clock.when(entry.at, talk.now)
    _names(talk, entry)
    if meaning.asides.get("measure") == "since":
        ago = talk.describe.phrases.duration(max(0.0, seconds_between(entry.at, talk.now)))
        talk.answer("last_since", duration=ago, when=when)
    else:
        reading.tell(talk, entry, "read_one")


def _count(talk: Talk, of: Scope, _: Meaning) -> Inquiry:
    found = yield Look(of.filter)
    if not found.count:
        none(talk, of)
        return
    _more_reads(talk, of)
    _with_period(talk, "count", of, count=counted(talk, of, found.count))


def _worst(talk: Talk, of: Scope, _: Meaning) -> Inquiry:
    found = yield Look(of.filter, "worst")
    entry = _first(talk, of, found)
    if entry is None:
        return
    if entry.severity is None:
        talk.answer("no_severity", count=counted(talk, of, found.count))
        return
    _names(talk, entry)
    talk.answer(
        "worst",
        severity=talk.describe.phrases.number(entry.severity),
        entry=talk.describe.entry(entry, talk.now, leave=("severity", "at")),
        when=talk.describe.clock.when(entry.at, talk.now),
    )


def _longest(talk: Talk, of: Scope, _: Meaning) -> Inquiry:
    found = yield Look(of.filter, "longest")
    entry = _first(talk, of, found)
    if entry is None:
        return
    if entry.duration_s is None:
        talk.answer("no_duration", count=counted(talk, of, found.count))
        return
    _names(talk, entry)
    talk.answer(
        "longest",
        duration=talk.describe.phrases.duration(entry.duration_s),
        entry=talk.describe.entry(entry, talk.now, leave=("duration_s", "at")),
        when=talk.describe.clock.when(entry.at, talk.now),
    )


def _average(talk: Talk, of: Scope, _: Meaning) -> Inquiry:
    found = yield Look(of.filter)
    if not found.count:
        none(talk, of)
        return
    _more_reads(talk, of)
    if found.severity_mean is None:
        talk.answer("no_severity", count=counted(talk, of, found.count))
        return
    severity = talk.describe.phrases.number(to_halves(found.severity_mean))
    _with_period(talk, "average", of, severity=severity, count=counted(talk, of, found.severity_n))


def _list(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    order = str(meaning.asides.get("order", "newest"))
    return reading.begin(talk, of, order if order in ("newest", "oldest", "worst") else "newest")


def _compare(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    both = compared(of.period.name, meaning.asides.get("than"), talk.now) if of.period is not None else None
    if both is None:
        talk.answer("unknown_period")
        return
    narrowed, phrases, fragment = of.filter, talk.describe.phrases, talk.replies.fragment
    now = yield Look(_within(narrowed, both.this.since, both.this.until))
    then = yield Look(_within(narrowed, both.then.since, both.then.until))
    if not now.count and not then.count:
        none(talk, of)
        return
    _more_reads(talk, of)
    fewer = then.count - now.count
    name = "same" if not fewer else "fewer" if fewer > 0 else "more"
    then_said = period_said(talk, both.then.name) or fragment("then_before")
    if both.part:
        then_said = fragment("then_part", period=then_said)
    difference = fragment(name, n=phrases.number(abs(fewer)), then=then_said)
    severity = ""
    if now.severity_mean is not None and then.severity_mean is not None:
        mean, past = to_halves(now.severity_mean), to_halves(then.severity_mean)
        name = "about_same" if abs(now.severity_mean - then.severity_mean) < SAME_SEVERITY else (
            "better" if mean < past else "worse")  # fmt: skip
        trend = fragment(name, severity=phrases.number(past))
        severity = fragment("compare_severity", severity=phrases.number(mean), trend=trend)
    period = period_said(talk, both.this.name)
    talk.answer("compare", count=counted(talk, of, now.count), period=period, difference=difference, severity=severity)


def _medication(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    measure = meaning.asides.get("measure") or ("total" if "period" in meaning.slots or of.name is None else "last")
    if measure == "last":
        return _medication_last(talk, of, meaning)
    return _medication_taken(talk, of, measure == "count")


def _medication_last(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    if "period" not in meaning.slots:
        of = Scope(_within(of.filter, None, None), None, of.qualifiers, of.name, of.noun)
    found = yield Look(of.filter)
    entry = _first(talk, of, found)
    if entry is None:
        return
    _names(talk, entry)
    amount = talk.describe.field(entry, "dose", talk.now)
    talk.answer(
        "medication_last",
        medication=talk.describe.kind(entry),
        when=talk.describe.clock.at(entry.at, talk.now),
        amount=talk.replies.fragment("amount", amount=amount) if amount else "",
    )


def _medication_taken(talk: Talk, of: Scope, times: bool) -> Inquiry:
    found = yield Look(of.filter)
    if not found.count:
        none(talk, of)
        return
    _more_reads(talk, of)
    if times or not found.doses:
        _with_period(talk, "count", of, count=counted(talk, of, found.count))
        return
    _with_period(talk, "medication_total", of, amounts=summarising.doses_said(talk, found))


def to_halves(mean: float) -> float:
    """An average as people say it, in halves."""
    return round(mean * 2) / 2


def _within(narrowed: Filter, since: datetime | None, until: datetime | None) -> Filter:
    return replace(narrowed, since=since, until=until)


def _first(talk: Talk, of: Scope, found: Found) -> Entry | None:
    if not found.entries:
        none(talk, of)
        return None
    return found.entries[0]


def _names(talk: Talk, entry: Entry) -> None:
    """The answer is about this entry: "change this one" means it, and "more" tells all of it."""
    talk.open(entry, logged=False)
    talk.more = lambda: reading.tell_all(talk, entry.id)


def _more_reads(talk: Talk, of: Scope) -> None:
    """ "More" reads the entries that the answer was about."""
    talk.more = lambda: talk.look(reading.begin(talk, of, "newest"))


def _with_period(talk: Talk, name: str, of: Scope, **fields: str) -> None:
    """Answer with the period said, or without where the review was about all time."""
    said = period_said(talk, of.period.name) if of.period is not None and of.period.since is not None else ""
    text = talk.replies.sentence(name, period=said, **fields)
    talk.say(text.replace(" .", ".").replace(", .", "."))


_ANSWERS: dict[str, tuple[Answer, str | None, str]] = {
    "review_last": (_last, None, "entry"),
    "review_count": (_count, "today", "spasm"),
    "review_worst": (_worst, None, "spasm"),
    "review_longest": (_longest, None, "spasm"),
    "review_average": (_average, "this week", "spasm"),
    "review_list": (_list, "today", "entry"),
    "review_summary": (summarising.summary, None, "entry"),
    "review_compare": (_compare, "this week", "spasm"),
    "review_medication": (_medication, "today", "medication"),
    "review_pattern": (pattern, "last 30 days", "spasm"),
}
"""For each review: how it is answered, the period meant where none was said, and the kind of entry."""

INTENTS = tuple(_ANSWERS)
