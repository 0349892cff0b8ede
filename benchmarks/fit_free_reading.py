"""Fits the free reading to the corpus of a language, and tells how it does on kinds of sentences that it did not see.

usage: python benchmarks/fit_free_reading.py [--language en] [--measure-only]

The corpus (grammars/en/corpus) is divided into five parts by kind. Models fitted to four of them read the fifth; from
what they get right there the judgement is fitted, and the figures are told. Then everything is fitted to the whole, and
written to grammars/en/fitted, byte for byte the same each time. Takes some minutes on one core. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import tempfile
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
import pycrfsuite
from sklearn.linear_model import LogisticRegression

from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder
from voicelog.understand.free import fitted as files
from voicelog.understand.free import judgement as j
from voicelog.understand.free.choice import ROLE_OF, choose, misuses
from voicelog.understand.free.corpus import NOT_FOR_US, Sentence, Span, load_corpus
from voicelog.understand.free.features import WordClasses, distinct, sentence_features, span_features, token_features
from voicelog.understand.free.linear import LinearModel
from voicelog.understand.free.reader import FreeReader, Read
from voicelog.understand.free.reading import EventReading, read_event
from voicelog.understand.free.tagger import BEGINS, GOES_ON, Tagger, event_features, labels_of
from voicelog.understand.free.values import NOTHING, ValueReader
from voicelog.understand.grammar.grammar import Grammar, load_grammar
from voicelog.understand.grammar.sample import Sampler, sample_sentences
from voicelog.understand.rank.assemble import Reading
from voicelog.understand.rank.readings import Reader, is_decoy, unexplained_share

PARTS = 5
LISTED = 150
"""Ways to say values that are drawn from the lists for each of a role's phrases, to guess other words by."""
FOR_US = 0.5
"""The share of what is heard that is taken to be meant for the logger, before a word of it is known."""
LEAST = 2
"""Features seen in fewer samples than this are left out."""
GUESSED = ("intensity", "sensation", "trigger", "context", "symptom", "treatment", "location", "compared",
           "rating_of", "pattern", "medication", "count", "at", "period")  # fmt: skip
"""Roles whose value may be told from words that no list has."""


def part_of(sentence: Sentence) -> int:
    """Which of the parts a sentence's kind falls into; those of the sentence files are fitted to always."""
    if sentence.kind.startswith("sentence file"):
        return PARTS
    return zlib.crc32(sentence.kind.encode()) % PARTS


def crf(sequences: list[list[list[str]]], labels: list[list[str]], c1: float, c2: float) -> bytes:
    """A conditional random field fitted to these."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for features, wanted in zip(sequences, labels, strict=True):
        trainer.append(features, wanted)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": 100, "feature.minfreq": LEAST})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        trainer.train(str(path))
        return path.read_bytes()


def linear(samples: Sequence[Sequence[str]], labels: Sequence[str], strength: float, least: int = LEAST) -> LinearModel:
    """Multinomial logistic regression fitted to these."""
    from scipy.sparse import csr_matrix

    counts = distinct(samples)
    names = sorted(name for name, count in counts.items() if count >= least)
    index = {name: i for i, name in enumerate(names)}
    rows, columns = [], []
    for row, sample in enumerate(samples):
        for name in sorted(set(sample)):
            if name in index:
                rows.append(row)
                columns.append(index[name])
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), (len(samples), len(names)))
    known = sorted(set(labels))
    weight = balance([label != NOT_FOR_US for label in labels])
    model = LogisticRegression(C=strength, max_iter=400, fit_intercept=False).fit(matrix, list(labels), weight)
    weights = model.coef_ if len(known) > 2 else np.vstack([-model.coef_[0] / 2, model.coef_[0] / 2])
    return LinearModel(tuple(str(c) for c in model.classes_), index, np.asarray(weights.T, np.float32))


def balance(ours: Sequence[bool]) -> np.ndarray | None:
    """The weights with which what was and was not meant for the logger count alike, :data:`FOR_US`; None of one kind.

    How many lines of each the corpus happens to have tells nothing of a bedroom.
    """
    share = np.mean(ours)
    if share in (0.0, 1.0):
        return None
    return np.where(ours, 1.0, share / (1.0 - share) * (1.0 - FOR_US) / FOR_US)


def roles_crf(sentences: Sequence[Sentence], known: WordClasses) -> bytes:
    """The tagger of roles, fitted to what was said to the logger: in other talk no places or pains are marked."""
    ours = [sentence for sentence in sentences if sentence.intent != NOT_FOR_US]
    return crf(
        [token_features(s.tokens, known) for s in ours],
        [labels_of(len(s.tokens), s.spans) for s in ours],
        0.05,
        0.02,
    )


def events_crf(sentences: Sequence[Sentence], tags: Sequence[Sequence[str]], known: WordClasses) -> bytes:
    features, labels = [], []
    for sentence, tagged in zip(sentences, tags, strict=True):
        if sentence.intent.startswith(("review", "none")):
            continue
        begins = {at for _, at in sentence.events if at}
        features.append(event_features(sentence.tokens, tagged, known))
        labels.append([BEGINS if i in begins else GOES_ON for i in range(len(sentence.tokens))])
    return crf(features, labels, 0.02, 0.02)


def intents_model(sentences: Sequence[Sentence], tags: Sequence[Sequence[str]], known: WordClasses) -> LinearModel:
    samples, labels = [], []
    for sentence, tagged in zip(sentences, tags, strict=True):
        for start, end, intent in pieces(sentence):
            samples.append(sentence_features(sentence.tokens[start:end], tagged[start:end], known))
            labels.append(intent)
    return linear(samples, labels, 0.5)


def pieces(sentence: Sentence) -> list[tuple[int, int, str]]:
    """The first and last token of each event with its intent; the whole sentence too, with the first."""
    ends = [at for _, at in sentence.events[1:]] + [len(sentence.tokens)]
    found = [(at, end, intent) for (intent, at), end in zip(sentence.events, ends, strict=True) if end > at]
    return found if len(found) == 1 else [(0, len(sentence.tokens), sentence.intent), *found]


def guesses(sentences: Sequence[Sentence], reader: ValueReader, known: WordClasses) -> dict[str, LinearModel]:
    """For each role the model that tells its value from words that no list has."""
    samples: dict[str, list[list[str]]] = {role: [] for role in GUESSED}
    labels: dict[str, list[str]] = {role: [] for role in GUESSED}
    for sentence in sentences:
        for span in sentence.spans:
            if span.role not in samples:
                continue
            words = sentence.tokens[span.start : span.end]
            value = span.value if span.has_value else listed(reader, span.role, words)
            if value is None and not span.has_value:
                continue
            samples[span.role].append(span_features(words, known))
            labels[span.role].append(value or NOTHING)
    sampler = Sampler(Random(5))
    for template in reader.templates:
        for _ in range(LISTED if template.intent in samples else 0):
            words = tuple(sampler.sample(template.node))
            value = listed(reader, template.intent, words) if words else None
            if value is not None:
                samples[template.intent].append(span_features(words, known))
                labels[template.intent].append(value)
    return {
        role: linear(samples[role], labels[role], 2.0, 1) for role in GUESSED if len(set(labels[role])) > 1
    }


def listed(reader: ValueReader, role: str, words: Sequence[str]) -> str | None:
    """The value that the lists have for a role's words, as the corpus would write it."""
    reading = reader.by_lists(role, words)
    if reading is None:
        return None
    values = list(reading.meaning.slots.values())
    if role == "at":
        return reading.meaning.when.day
    if role in ("location", "count") or len(values) != 1:
        return None
    return ",".join(values[0]) if isinstance(values[0], tuple) else str(values[0])


def gold(sentence: Sentence, values: ValueReader, grammar: Grammar) -> list[EventReading]:
    """What a sentence means by its own marks."""
    ends = [at for _, at in sentence.events[1:]] + [len(sentence.tokens)]
    return [
        read_event(
            sentence.tokens,
            [(span, 1.0) for span in sentence.spans if at <= span.start < end],
            intent,
            values,
            grammar,
        )
        for (intent, at), end in zip(sentence.events, ends, strict=True)
    ]


def verdict(wanted: list[EventReading], got: Sequence[Meaning]) -> str:
    """exact, partial (nothing wrong, something missing), wrong: of the first event and of how many there are."""
    want, have = wanted[0].meaning, got[0]
    if want.intent != have.intent:
        return "wrong"
    result = "exact" if len(wanted) == len(got) else "partial"
    for name, value in have.slots.items():
        if name not in want.slots:
            return "wrong"
        if isinstance(value, tuple):
            wanted_values = {str(v) for v in want.slots[name]}
            if any(v not in wanted_values and not any(w.endswith(f" {v}") for w in wanted_values) for v in value):
                return "wrong"  # a side that was not found is missing, not wrong
        elif value != want.slots[name] and name not in have.doubtful:
            return "wrong"
    for name, value in want.slots.items():
        if name not in have.slots or (isinstance(value, tuple) and set(value) != set(have.slots[name])):
            result = "partial"
    return result


class Parts:
    """The models fitted to all parts but one."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        tags: Sequence[Sequence[str]],
        grammar: Grammar,
        known: WordClasses,
        roles: bytes,
    ) -> None:
        plain = ValueReader(grammar, {}, known)
        self.tagger = Tagger(roles, events_crf(sentences, tags, known), known)
        self.values = ValueReader(grammar, guesses(sentences, plain, known), known)
        self.reader = FreeReader(grammar, self.tagger, intents_model(sentences, tags, known), self.values, known)


def sampled(grammar: Grammar, reader: Reader, count: int, values: ValueReader) -> list[Sentence]:
    """Sentences of the sentence files, marked as the strict reading has them, with all words of each value."""
    made = {}
    for text in sample_sentences(grammar, count, seed=7):
        tokens = tuple(text.split())
        reading = best_strict(reader, tokens)
        if reading is None or reading.cost > 0.05 or text in made:
            continue
        intent = NOT_FOR_US if is_decoy(reading) else str(reading.meaning.intent)
        spans: list[Span] = []
        for capture in sorted(reading.match.captures, key=lambda capture: capture.start):
            role = ROLE_OF.get(capture.slot)
            if role is None or capture.end <= capture.start or (spans and capture.start < spans[-1].end):
                continue
            if spans and spans[-1].role == role == "dose" and spans[-1].end == capture.start:
                spans[-1] = Span(spans[-1].start, capture.end, role)
            else:
                spans.append(Span(capture.start, capture.end, role))
        taken = [""] * len(tokens)
        for span in spans:
            taken[span.start : span.end] = [span.role] * (span.end - span.start)
        whole: list[Span] = []
        for span in spans:
            if not whole or span.start >= whole[-1].end:
                since = whole[-1].end if whole else 0
                free = [i >= since and (not name or name == span.role) for i, name in enumerate(taken)]
                whole.append(values.whole(span, tokens, free) if span.role == "location" else span)
        kept = () if intent == NOT_FOR_US else tuple(whole)
        made[text] = Sentence(tokens, intent, f"sentence file {intent}", kept, ((intent, 0),))
    return list(made.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--language", default="en")
    parser.add_argument("--measure-only", action="store_true")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--sampled", type=int, default=1000, help="sentences of the sentence files to fit to besides")
    parser.add_argument("--keep", type=Path, help="a file to keep the readings in, to look into")
    options = parser.parse_args()
    folder = grammars_folder(options.language)
    grammar = load_grammar(folder)
    corpus = load_corpus(options.corpus or folder / "corpus")
    known = classes_of(grammar, folder)
    strict = Reader(grammar)
    corpus += sampled(grammar, strict, options.sampled, ValueReader(grammar, {}, known))
    part = [part_of(sentence) for sentence in corpus]
    print(f"{len(corpus)} sentences, parts {Counter(part)}", flush=True)

    tags: list[list[str]] = [[] for _ in corpus]
    without = [[s for s, q in zip(corpus, part, strict=True) if q != p] for p in range(PARTS)]
    with ProcessPoolExecutor(2) as pool:
        taggers = list(pool.map(roles_crf, without, [known] * PARTS))
    for p in range(PARTS):
        tagger = Tagger(taggers[p], taggers[p], known)
        for i, sentence in enumerate(corpus):
            if part[i] == p:
                tags[i] = [t.label for t in tagger.tag(sentence.tokens)]
    for i, sentence in enumerate(corpus):
        if part[i] == PARTS:
            tags[i] = labels_of(len(sentence.tokens), sentence.spans)
    right: Counter[bool] = Counter()
    for sentence, tagged in zip(corpus, tags, strict=True):
        wanted = labels_of(len(sentence.tokens), sentence.spans)
        right.update(a == b for a, b in zip(wanted, tagged, strict=True))
    print("labels right", right[True] / sum(right.values()), flush=True)

    plain = ValueReader(grammar, guesses(corpus, ValueReader(grammar, {}, known), known), known)
    with ProcessPoolExecutor(2) as pool:
        readings = list(pool.map(
            read_part, range(PARTS), [corpus] * PARTS, [part] * PARTS, [tags] * PARTS, [folder] * PARTS, taggers
        ))  # fmt: skip
    judged = [
        Judged(corpus[i], read, gold(corpus[i], plain, grammar) if corpus[i].intent != NOT_FOR_US else None,
               best_strict(strict, corpus[i].tokens))
        for i, read in sorted((item for found in readings for item in found), key=lambda item: item[0])
    ]  # fmt: skip
    if options.keep:
        options.keep.write_bytes(pickle.dumps([(i.sentence, i.read, i.wanted, i.strict) for i in judged]))
    weights = fit_judgement(judged)
    tell(judged, weights, options.misses)
    if options.measure_only:
        return
    out = folder / files.FOLDER
    out.mkdir(exist_ok=True)
    (out / files.ROLES).write_bytes(gzip.compress(roles_crf(corpus, known), 9, mtime=0))
    (out / files.EVENTS).write_bytes(gzip.compress(events_crf(corpus, tags, known), 9, mtime=0))
    models = guesses(corpus, ValueReader(grammar, {}, known), known)
    files.write_linear(out / files.LINEAR, {"intent": intents_model(corpus, tags, known), **models})
    (out / files.COSTS).write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def read_part(
    p: int, corpus: Sequence[Sentence], part: Sequence[int], tags: Sequence[Sequence[str]], folder: Path, roles: bytes
) -> list[tuple[int, Read]]:
    """The free readings of a part's sentences, by their numbers, by models fitted to the other parts."""
    grammar = load_grammar(folder)
    known = classes_of(grammar, folder)
    fitted = Parts(
        [s for s, q in zip(corpus, part, strict=True) if q != p],
        [t for t, q in zip(tags, part, strict=True) if q != p],
        grammar,
        known,
        roles,
    )
    found = []
    for i, sentence in enumerate(corpus):
        read = fitted.reader.read(sentence.tokens) if part[i] == p else None
        if read is not None:
            found.append((i, read))
    return found


def classes_of(grammar: Grammar, folder: Path) -> WordClasses:
    """What is known of the words of a language."""
    classes = folder / files.FOLDER / files.CLASSES
    return WordClasses.of(grammar, files.read_classes(classes) if classes.is_file() else {})


class Judged:
    """A sentence with its free reading, made by models that did not see its kind, and its strict one."""

    def __init__(
        self, sentence: Sentence, read: Read, wanted: list[EventReading] | None, strict: Reading | None
    ) -> None:
        self.sentence, self.read, self.wanted, self.strict = sentence, read, wanted, strict
        self.free_verdict = verdict(wanted, [e.meaning for e in read.events]) if wanted else "theirs"
        self.out_of_domain = strict is not None and is_decoy(strict)
        self.strict_verdict = "none"
        if strict is not None and not self.out_of_domain:
            self.strict_verdict = verdict(wanted, [strict.meaning]) if wanted else "theirs"
        self.unexplained = unexplained_share(strict, sentence.tokens) if strict is not None else 1.0

    def free_right(self) -> bool:
        return self.free_verdict in ("exact", "partial")


def best_strict(reader: Reader, tokens: Sequence[str]) -> Reading | None:
    """The strict reading that leaves least unexplained."""
    return next(iter(reader.read(tokens)), None)


def fit_judgement(judged: list[Judged]) -> dict[str, dict[str, float]]:
    """The weights of both probabilities; that of being right given that it was meant for the logger."""
    free = [item for item in judged if item.wanted]
    weights = {"free": _weights(j.FREE, [j.free_evidence(i.read) for i in free], [i.free_right() for i in free])}
    rows, right = [], []
    for item in judged:
        if item.strict_verdict != "none" and item.wanted and item.strict is not None:
            likely = j.probability(j.free_evidence(item.read), weights["free"])
            misused = misuses(item.strict, item.read)
            rows.append(j.strict_evidence(item.strict.meaning, item.unexplained, misused, item.read, likely))
            right.append(item.strict_verdict in ("exact", "partial"))
    weights["strict"] = _weights(j.STRICT, rows, right)
    every = [j.addressed_evidence(i.unexplained, i.out_of_domain, i.read) for i in judged]
    ours = [i.wanted is not None for i in judged]
    weights["addressed"] = _weights(j.ADDRESSED, every, ours, balance(ours))
    return weights


def _weights(
    names: Sequence[str], rows: list[dict[str, float]], right: list[bool], weight: np.ndarray | None = None
) -> dict[str, float]:
    matrix = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False).fit(matrix, right, weight)
    return {name: round(float(w), 4) for name, w in zip(names, model.coef_[0], strict=True)}


def tell(judged: list[Judged], weights: dict[str, dict[str, float]], misses: int) -> None:
    """Prints the figures on kinds that the fitting did not see."""
    print(json.dumps(weights))
    print("free", dict(Counter(i.free_verdict for i in judged)))
    print("strict", dict(Counter(i.strict_verdict for i in judged)))
    for cut in (0.3, 0.5, 0.7, 0.85, 0.95):
        sure = {
            ours: [
                j.probability(j.addressed_evidence(i.unexplained, i.out_of_domain, i.read), weights["addressed"]) >= cut
                for i in judged
                if (i.wanted is not None) == ours
            ]
            for ours in (True, False)
        }
        print(f"addressed ≥ {cut}: ours {np.mean(sure[True]):.3f} theirs {np.mean(sure[False]):.3f}")
    likely = np.array([j.probability(j.free_evidence(i.read), weights["free"]) for i in judged if i.wanted])
    right = np.array([i.free_right() for i in judged if i.wanted])
    for low in np.arange(0.0, 1.0, 0.1):
        here = (likely >= low) & (likely < low + 0.1)
        if here.any():
            print(f"free given {low:.1f}: {int(here.sum())}, right {right[here].mean():.3f}")
    outcome: Counter[str] = Counter()
    intents = {i.read.events[0].meaning.intent or "" for i in judged}
    shown: list[str] = []
    for item in judged:
        done = choose(item.strict, item.unexplained, item.read, weights, intents)
        ours = item.wanted is not None
        if not done.events:
            told = j.COSTS.told(done.addressed) < done.addressed * j.COSTS.lost
            key = ("ours " if ours else "theirs ") + ("told" if told else "silent")
        else:
            key = ("ours " + verdict(item.wanted, done.events)) if item.wanted else "theirs taken"
        outcome[key] += 1
        if key in ("ours wrong", "theirs taken") or key == "ours silent":
            got = done.events[0] if done.events else item.read.events[0].meaning
            shown.append(
                f"{key:12} {done.addressed:.2f} {' '.join(item.sentence.tokens)} | {item.sentence.intent} "
                f"{dict(item.wanted[0].meaning.slots) if item.wanted else ''} | {got.intent} {dict(got.slots)}"
            )
    print("acted on", dict(sorted(outcome.items())))
    for line in shown[:: max(1, len(shown) // misses)] if misses else ():
        print(line)


if __name__ == "__main__":
    main()
