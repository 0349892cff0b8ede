"""Errors that a person may meet: each is a sentence that says what is wrong and what to do."""

from __future__ import annotations


class VoicelogError(Exception):
    """Something went wrong; ``str()`` of it is for the person, with the remedy."""

    exit_status = 1


class UsageError(VoicelogError):
    """Used wrongly: an option, a setting or a value that cannot be."""

    exit_status = 2


class DeviceError(VoicelogError):
    """A microphone or speaker that is missing, busy or lost."""


class ModelError(VoicelogError):
    """A recogniser's model that is missing or damaged."""


class DiaryError(VoicelogError):
    """A diary that cannot be opened, read or written."""


class GrammarError(VoicelogError):
    """A sentence file with a mistake; the text names file and line."""


class SoundError(VoicelogError):
    """A sound file that cannot be read."""


class VoiceError(VoicelogError):
    """A synthesiser that is missing or fails."""
