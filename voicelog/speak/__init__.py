"""Speak."""
