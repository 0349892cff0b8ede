"""From readings of hypotheses to the one that is acted on, or none."""
