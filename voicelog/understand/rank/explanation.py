"""Why an utterance was understood as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Hypothesis
from voicelog.understand.rank.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Explanation:
    """A meaning and what led to it: the candidates best first, the open vocabulary's words, the evidence weighed."""

    meaning: Meaning
    candidates: tuple[Candidate, ...] = ()
    open: tuple[Hypothesis, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON values."""
        best = self.candidates[0].total if self.candidates else 0.0
        return {
            "candidates": [
                {
                    "text": " ".join(candidate.tokens),
                    "behind": round(best - candidate.total, 2),
                    "unexplained": round(candidate.reading.cost, 2),
                    "intent": candidate.reading.meaning.intent,
                    "slots": {
                        k: list(v) if isinstance(v, tuple) else v for k, v in candidate.reading.meaning.slots.items()
                    },
                    "sentence": candidate.reading.match.template.where,
                }
                for candidate in self.candidates[:10]
            ],
            "open": [hypothesis.text for hypothesis in self.open[:3]],
            "evidence": {name: round(value, 3) for name, value in self.evidence.items()},
            "reason": self.meaning.reason,
        }
