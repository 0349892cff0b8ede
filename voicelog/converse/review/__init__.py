"""Answers to questions about the diary."""
