"""The diary on disk: the only room that knows SQL.

:func:`open_diary` opens it; a :class:`Diary` writes changes, answers looks and hands out entries.
"""

from __future__ import annotations

from voicelog.diary.diary import Diary, Stored
from voicelog.diary.opening import open_diary

__all__ = ["Diary", "Stored", "open_diary"]
