"""speak: the only room that makes sound. Chimes, the voice, and the speaker they come out of."""

from voicelog.speak.chimes import CHIMES, chime
from voicelog.speak.sound import Sound
from voicelog.speak.speaker import Speaker
from voicelog.speak.synthesiser import Style, Synthesiser

__all__ = ["CHIMES", "Sound", "Speaker", "Style", "Synthesiser", "chime"]
