"""Notes, in one breath or dictated until "end note" or a long pause; and new words to learn."""

from __future__ import annotations

from collections import Counter

from voicelog.converse.merge import entry_from
from voicelog.converse.messages import TeachWord
from voicelog.converse.modes import Mode, Step
from voicelog.converse.phrasing.describe import words
from voicelog.converse.state import Dictation, Talk
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

NOTE = "note"
REPETITIONS = 3
"""So often a word that is not spelled has to be said."""


def add_note(talk: Talk, meaning: Meaning) -> None:
    """Save a note said in one breath, or begin to take one."""
    talk.leave()
    if str(meaning.slots.get("note", "")).strip():
        entry = entry_from(meaning, talk.new_id(), "note", talk.now)
        talk.write("save", None, entry, meaning.text)
        talk.open(entry)
        _saved(talk, entry)
        return
    _begin(talk, NOTE, "ask_note")


def teach(talk: Talk, meaning: Meaning) -> None:
    """Learn a new word, spelled or said three times."""
    talk.leave()
    _begin(talk, str(meaning.asides.get("kind", "medication")), "ask_word")


def _begin(talk: Talk, kind: str, name: str) -> None:
    talk.step(Step.DICTATE)
    talk.dictation = Dictation(kind, talk.t)
    if talk.night:
        talk.chime("question")
    else:
        talk.say(talk.replies.sentence(name), "question")


def take(talk: Talk, text: str) -> None:
    """Take down a piece of what is dictated; of a note each piece is saved at once."""
    dictation = talk.dictation
    text = text.strip()
    if dictation is None or not text:
        return
    dictation.heard = talk.t
    dictation.pieces.append(text)
    if dictation.kind != NOTE:
        _learn(talk, dictation)
        return
    note = " ".join(dictation.pieces)
    before = talk.history.entry(dictation.entry_id or "")
    if before is None:
        entry = entry_from(Meaning(text, slots={"note": note}, confidence=1.0), talk.new_id(), "note", talk.now)
        talk.write("save", None, entry, text)
        dictation.entry_id = entry.id
    else:
        talk.write("change", before, before.with_fields(note=note, text=note), text)


def _learn(talk: Talk, dictation: Dictation) -> None:
    letters = dictation.pieces[-1].split()
    said: tuple[str, ...] = ()
    if len(letters) > 1 and all(len(letter) == 1 for letter in letters):
        word = "".join(letters)
    elif len(dictation.pieces) == REPETITIONS:
        word = Counter(dictation.pieces).most_common(1)[0][0]
        said = tuple(dictation.pieces)
    else:
        talk.say(talk.replies.sentence("ask_word_again"), "question")
        return
    talk.leave()
    talk.actions.append(TeachWord(dictation.kind, word, said))


def taught(talk: Talk, word: str) -> None:
    """A new word is understood from now on."""
    talk.confirm("saved", talk.replies.sentence("taught", word=word))


def end(talk: Talk, meaning: Meaning | None = None) -> None:
    """The note is at its end."""
    if talk.mode is not Mode.DICTATING or talk.dictation is None:
        return
    if meaning is not None and "note" in meaning.slots:
        take(talk, str(meaning.slots["note"]))
    dictation = talk.dictation
    talk.leave()
    entry = talk.history.entry(dictation.entry_id or "")
    if dictation.kind != NOTE:
        talk.answer("not_taught")
    elif entry is None:
        talk.answer("note_empty")
    else:
        talk.open(entry)
        _saved(talk, entry)


def _saved(talk: Talk, entry: Entry) -> None:
    count = talk.describe.phrases.counted(words(entry.note or ""), "word")
    talk.confirm("saved", talk.replies.sentence("note_saved", words=count))
