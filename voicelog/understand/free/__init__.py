"""The free reading: what people's own words mean, learned from a corpus, its values found by the sentence files' lists.

The strict reading by sentence files comes first (:mod:`voicelog.understand.match`). This one takes any wording: a
conditional random field tags which words are which value (:mod:`~voicelog.understand.free.tagger`), linear models tell
the intent and whether the words were meant for the logger at all (:mod:`~voicelog.understand.free.linear`), and the
values themselves are read by the lists and number readers that the strict reading has
(:mod:`~voicelog.understand.free.values`). ``benchmarks/fit_free_reading.py`` fits all of it.
"""
