"""Sequences of dictionary words nearest in sound."""

from voicelog.understand.lexicon.nearest import build_trie, nearest_sequences
from voicelog.understand.lexicon.phones import normalised_distance
from voicelog.understand.lexicon.pronunciation import in_cmudict


def words(text: str) -> list[str]:
    return text.split()


DICTIONARY = words("back low fen fun loaf in leg often tag red all tie clone us a nine seven")
TRIE = build_trie((word, phones) for word in DICTIONARY for phones in in_cmudict(word))


def phones_of(*said: str) -> tuple[str, ...]:
    return tuple(phone for word in said for phone in in_cmudict(word)[0])


def test_a_sequence_that_is_the_word_is_the_nearest() -> None:
    found = nearest_sequences(tuple(words("B AE K L OW F EH N")), TRIE)
    assert found[0].words == ("back", "low", "fen")
    assert ("back", "loaf", "in") in {sequence.words for sequence in found}
    assert [sequence.distance for sequence in found] == sorted(sequence.distance for sequence in found)


def test_what_is_found_is_as_near_as_it_says() -> None:
    target = tuple(words("K L OW N AH S"))
    for sequence in nearest_sequences(target, TRIE, most=5):
        # Each word costs a little by itself, so the sum is never below the distance of the phones.
        assert sequence.distance >= normalised_distance(target, phones_of(*sequence.words)) - 1e-4


def test_a_disliked_word_gives_way() -> None:
    target = tuple(words("B AE K L OW F EH N"))
    found = nearest_sequences(target, TRIE, extra_cost=lambda word: 2.0 if word == "fen" else 0.0)
    assert "fen" not in found[0].words


def test_nothing_to_find() -> None:
    assert nearest_sequences((), TRIE) == ()
    assert nearest_sequences(("ZH",), build_trie([])) == ()
    assert all(len(s.words) <= 2 for s in nearest_sequences(phones_of("back", "low", "fen"), TRIE, most_words=2))
