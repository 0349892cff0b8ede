"""What all rooms share: utterance, meaning, entry, settings, errors."""
