"""Recognise: from sound to hypotheses. All that knows Vosk is here."""
