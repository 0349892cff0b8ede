"""What is said next, and why: a conversation without clock, disk or sound of its own.

:class:`~voicelog.converse.session.Session` takes events and gives actions (:mod:`~voicelog.converse.messages`). The
states and what leads from one to the next are in :mod:`~voicelog.converse.states`. What the session remembers is in
``talk``, what can be undone in ``history``. Each thing that can be said has its handler: ``recording``, ``running``,
``correcting``, ``answering``, ``reviewing``, ``summarising``, ``reading``, ``dictating``, ``controlling``, ``helping``,
``calling``; what happens by time alone is in ``waiting``. How things are said is in ``describing``, ``phrases`` and
``clock_phrases``; the words themselves are in ``replies.yaml`` of the language.
"""
