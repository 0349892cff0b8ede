"""The commands: each module parses options and prints; the work is done in the rooms.

A module lists its commands in ``COMMANDS`` and imports heavy things inside them, so that each starts at once.
"""
