"""Converse."""
