"""The sound of what was said, in a folder beside the diary, for as many days as the user asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from voicelog.core.errors import DiaryError
from voicelog.diary.privacy.private_file import private_file
from voicelog.diary.store import driver
from voicelog.diary.store.lock import beside

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RATE = 16_000
"""Hertz of an utterance's sound."""
_FORM = "%Y%m%dT%H%M%S.%fZ"
_LONGEST = 100
"""Letters of an entry's id in a file's name."""
_MOST = 2
"""Entries in a file's name; names have an end."""

REFUSED = (
    "No sound is kept, because the diary is encrypted and sound beside it would not be. "
    "Set audio.keep_days to 0, or keep a diary without a passphrase."
)


class Sounds:
    """Keeps the sound of utterances beside the diary at ``path``; ``days()`` is for how long, 0 for not at all.

    Beside an ``encrypted`` diary, where it would tell what the diary does not, nothing is kept.
    """

    def __init__(self, path: Path, days: Callable[[], int], *, encrypted: bool = False) -> None:
        self.path = path
        self._days = days
        self._encrypted = encrypted

    @property
    def wanted(self) -> bool:
        """Whether the user asks for sound to be kept."""
        return self._days() > 0

    @property
    def refusal(self) -> str | None:
        """A sentence on why what the user asks for is not done."""
        return REFUSED if self._encrypted and self.wanted else None

    def keep(self, samples: npt.NDArray[np.int16], at: datetime, entry_ids: Sequence[str]) -> Path | None:
        """Write the sound of an utterance, int16 at 16 kHz, said at a time and written into these entries.

        None where none is to be kept; :class:`DiaryError` where it cannot be written.
        """
        if not self.wanted or self._encrypted:
            return None
        import soundfile

        # In memory first: what the disk refuses is then no matter of the sound library's.
        flac = BytesIO()
        soundfile.write(flac, samples, RATE, format="FLAC", subtype="PCM_16")
        folder = sounds_folder(self.path)
        file = folder / f"{at.astimezone(UTC).strftime(_FORM)}{''.join(map(_ending, entry_ids[:_MOST]))}.flac"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with private_file(file) as out:
                out.write(flac.getbuffer())
        except OSError as error:
            raise DiaryError(
                f"The sound could not be kept in {folder}: {driver.why(error)}. Free some space."
            ) from error
        return file

    def tidy(self, now: datetime) -> int:
        """Remove what has been kept long enough, and what a crash left half written; how many files.

        :class:`DiaryError` where that is not possible.
        """
        limit = now - timedelta(days=0 if self._encrypted else self._days())
        removed = 0
        try:
            for file in _files(self.path):
                if not self.wanted or self._encrypted or said_before(file, limit):
                    file.unlink(missing_ok=True)
                    removed += 1
        except OSError as error:
            raise DiaryError(
                f"Sound that is to be removed is still in {sounds_folder(self.path)}: {driver.why(error)}."
            ) from error
        if removed:
            with suppress(OSError):  # not empty
                sounds_folder(self.path).rmdir()
        return removed


def sounds_folder(path: Path) -> Path:
    """Where the sound of what was said is, if any."""
    return beside(path, ".sounds")


def sounds_of(path: Path, before: datetime | None, entry_ids: Collection[str]) -> list[Path]:
    """The files said before a time, or all for None, and those of the entries."""
    endings = {_ending(entry_id) for entry_id in entry_ids}
    return [
        file
        for file in _files(path)
        if before is None or said_before(file, before) or not endings.isdisjoint(_endings(file))
    ]


def said_before(file: Path, time: datetime) -> bool:
    """Whether the sound was said before that time; one whose name tells no time counts as old."""
    try:
        return datetime.strptime(file.name.partition("Z")[0] + "Z", _FORM).replace(tzinfo=UTC) < time
    except ValueError:
        return True


def _files(path: Path) -> list[Path]:
    folder = sounds_folder(path)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _ending(entry_id: str) -> str:
    # An id may hold anything, and a file's name may not.
    return "+" + quote(entry_id, safe="").replace(".", "%2E")[:_LONGEST]


def _endings(file: Path) -> list[str]:
    return [f"+{part}" for part in file.stem.split("+")[1:]]
