"""What can be amiss with a diary, as errors, and what is told of it."""

from __future__ import annotations

from pathlib import Path

from voicelog.core.errors import DiaryError


class UnavailableError(DiaryError):
    """The diary cannot be opened now, though nothing is wrong with it: locked, read-only, its disk full or failing."""


class GoneError(UnavailableError):
    """The diary is not in its place any more: moved, deleted, or its disk taken away."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The diary {path} is gone: moved, deleted, or its disk taken away. Put it back; what is said meanwhile "
            "waits for it."
        )


class DamagedError(DiaryError):
    """The diary is one of ours and damaged: to be mended."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The diary {path} is damaged, or its disk is failing. Start voicelog again: it mends it.")


class DamagedRowError(DiaryError):
    """An entry whose row and newest document are both damaged."""


class ErasedError(DiaryError):
    """A change of an entry that was deleted for good."""

    def __init__(self) -> None:
        super().__init__("This was deleted for good; it cannot be changed or brought back.")


class Notice(str):
    """A sentence for the eye on what was found or mended; ``spoken`` is what is said of it.

    ``lasting``: it is told again in the next summary, as whoever it concerns may have slept.
    """

    __slots__ = ("lasting", "spoken")
    spoken: str
    lasting: bool

    def __new__(cls, text: str, spoken: str = "", *, lasting: bool = False) -> Notice:
        """The sentence; without ``spoken`` it is said as it is written."""
        notice = super().__new__(cls, text)
        notice.spoken = spoken or text
        notice.lasting = lasting
        return notice
