"""Numbers, times and durations in words."""
