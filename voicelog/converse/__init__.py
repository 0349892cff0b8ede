"""What is said next, and why: a conversation without clock, disk or sound of its own.

:class:`~voicelog.converse.session.Session` takes events and gives actions (:mod:`~voicelog.converse.messages`). The
states and what leads from one to the next are in :mod:`~voicelog.converse.modes`. What the session remembers is in
``state``, what can be undone in ``undo``, what happens by time alone in ``timers``. Each thing that can be said has its
handler in ``handlers``; questions about the diary are answered in ``review``; how things are said is in ``phrasing``,
the words themselves in ``replies.yaml`` of the language.
"""
