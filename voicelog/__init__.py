"""Voicelog: a spasm diary kept by voice, offline, by the bed."""

__version__ = "0.1.0"
