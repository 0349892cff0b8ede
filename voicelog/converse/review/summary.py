"""A summary of a night, a day or a week in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from voicelog.converse.messages import Found, Look
from voicelog.converse.phrasing.replies import capitalised
from voicelog.converse.review import browse as reading
from voicelog.converse.review.narrow import none, period_said, scope
from voicelog.converse.review.scope import Scope
from voicelog.converse.state import Inquiry, Talk
from voicelog.converse.when import seconds_between
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

SAME_SPELL_S = 20 * 60.0
"""Things logged within this time of each other were in one spell awake."""
LOGGED_LIVE_S = 5 * 60.0
"""What was logged within this time of its happening was said while awake."""
_AT_MOST = 500


def summary(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    """How many, the worst and when, time awake, medication, what is unsure."""
    if of.period is None:
        name = "last night" if talk.now.hour < 12 else "today"
        of = scope(talk, replace(meaning, slots={**meaning.slots, "period": name}), None, "entry")
    assert of.period is not None
    narrowed = of.filter
    everything = yield Look(narrowed, "oldest", _AT_MOST)
    if not everything.count:
        none(talk, of)
        return
    spasms = yield Look(replace(narrowed, kinds=("spasm",)), "worst")
    medication = yield Look(replace(narrowed, kinds=("medication",)))
    unsure = yield Look(replace(narrowed, unsure=True))
    phrases, fragment = talk.describe.phrases, talk.replies.fragment
    parts = [phrases.counted(spasms.count, "spasm")]
    if spasms.entries and spasms.entries[0].severity is not None:
        worst = spasms.entries[0]
        severity, when = phrases.number(worst.severity or 0), talk.describe.clock.at(worst.at, talk.now)
        parts.append(fragment("summary_worst", severity=severity, when=when))
    if of.period.name.endswith("night"):
        parts += _nights_parts(talk, everything.entries)
    if medication.count:
        parts.append(doses_said(talk, medication))
    if unsure.count == 1:
        parts.append(fragment("summary_unsure_one", entry=talk.describe.entry_at(unsure.entries[0], talk.now)))
    elif unsure.count:
        parts.append(fragment("summary_unsure", count=phrases.number(unsure.count)))
    said = capitalised(period_said(talk, of.period.name))
    talk.more = lambda: talk.look(reading.begin(talk, of, "oldest"))
    talk.answer("summary", period=said, parts=", ".join(p for p in parts if p))


def _nights_parts(talk: Talk, entries: Sequence[Entry]) -> list[str]:
    woken = sum("woke me" in entry.context for entry in entries)
    parts = []
    if woken:
        parts.append(talk.replies.fragment("summary_woken", times=talk.describe.phrases.times(woken)))
    awake = seconds_awake(entries)
    if awake >= 60:
        duration = talk.describe.phrases.duration(round(awake / 60) * 60)
        parts.append(talk.replies.fragment("summary_awake", duration=duration))
    return parts


def seconds_awake(entries: Iterable[Entry]) -> float:
    """For how long, at least, somebody was awake who said these things, oldest first.

    Who logs is awake: from the first of several things logged within twenty minutes of each other to the end of the
    last. What was logged afterwards tells nothing.
    """
    total, began, ended = 0.0, None, None
    for entry in entries:
        if seconds_between(entry.at, entry.logged_at) > LOGGED_LIVE_S:
            continue
        start = entry.at.timestamp()
        end = max(start + (entry.duration_s or 0.0), entry.logged_at.timestamp())
        if began is None or ended is None or start - ended > SAME_SPELL_S:
            total += 0.0 if began is None or ended is None else ended - began
            began, ended = start, end
        else:
            ended = max(ended, end)
    return total + (0.0 if began is None or ended is None else ended - began)


def doses_said(talk: Talk, found: Found) -> str:
    """``forty milligrams of baclofen and diazepam twice``."""
    phrases = talk.describe.phrases
    said = []
    for medication, unit, total, times in found.doses:
        name = phrases.value(medication)
        if total is None:
            said.append(f"{name} {phrases.times(times)}")
        else:
            amount = phrases.amount(total, unit)
            said.append(talk.replies.fragment("of_medication", amount=amount, medication=name))
    return phrases.joined(said)
