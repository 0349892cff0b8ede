"""The diary on disk: the only room that knows SQL.

:func:`open_for` opens that of the settings (:func:`open_for_listening`: for one listener), :func:`open_diary` any; a
:class:`Diary` writes changes, answers looks and hands out entries.
"""

from __future__ import annotations

from voicelog.diary.store.diary import Diary, Stored
from voicelog.diary.store.opening import open_diary, open_for, open_for_listening

__all__ = ["Diary", "Stored", "open_diary", "open_for", "open_for_listening"]
