"""Understand."""
