"""The logger as it runs: rooms wired together, threads, files and the clock."""
