"""What is shown on a terminal: events, the live view, the line of an entry."""
