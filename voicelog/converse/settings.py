"""What a user may choose about the conversation; the app fills it from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, tzinfo


@dataclass(frozen=True, slots=True)
class ConverseSettings:
    """Choices about the conversation. Everything that ends in ``_s`` is seconds."""

    complete_within_s: float = 90.0
    """How long what is said still completes the entry before it."""
    ask_severity: bool = True
    ask_severity_after_s: float = 10.0
    ask_unsure: bool = True
    answer_within_s: float = 20.0
    """How long a question waits for its answer."""
    close_running_after_s: float = 7200.0
    """When a spasm that was never said to be over is closed."""
    same_medication_s: float = 4 * 3600.0
    """Within which the same medication is remarked on; 0 for never."""
    same_words_s: float = 30.0
    """Within which the same entry said again is asked about."""
    dictation_pause_s: float = 15.0
    """A pause that ends a note being dictated."""
    reading_ends_s: float = 90.0
    """How long a list being read waits for "next"."""

    night_mode: str = "clock"
    """``clock``, ``on`` or ``off``."""
    night_from: time = time(22, 0)
    night_until: time = time(7, 0)

    volume: float = 0.8
    """Loudness of the voice, 0 to 1."""
    rate: float = 160.0
    """Words a minute."""

    help_set_up: bool = False
    """Whether there is a command that calls for help."""
    help_phrases: tuple[str, ...] = ()
    """The user's own phrases that call for help."""
    help_wait_s: float = 5.0
    """How long "no" may still stop a call for help."""
    help_tries: int = 3
    help_retry_s: float = 5.0

    zone: tzinfo | None = None
    """The time zone of the bed, with its summer time; None takes that of each :class:`Moment`."""
