"""Hear."""
