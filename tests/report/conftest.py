from __future__ import annotations

import sys
from pathlib import Path

# The generated diary of the benchmarks is what a year looks like.
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
