"""Matching words with sentences."""
