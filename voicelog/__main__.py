"""``python -m voicelog`` is the program ``voicelog``."""

from voicelog.app.cli.main import main

main()
