"""``python -m voicelog`` is the program ``voicelog``."""

from voicelog.cli import main

main()
