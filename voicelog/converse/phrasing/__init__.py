"""How entries, numbers and times are said."""
