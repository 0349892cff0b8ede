"""Sentence files, read into networks of words."""
