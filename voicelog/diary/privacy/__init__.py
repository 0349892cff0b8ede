"""Private files, encryption and recordings."""
