"""Backups, checks, mending and erasing."""
