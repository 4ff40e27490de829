"""Draw search texts by Zipf's law: the n-th most popular name occurs 1/n as often as the first."""

import gzip
import json
import random
from collections.abc import Iterator
from itertools import accumulate, repeat

from admitone.runtime.bundled_facts import SAMPLE_FOLDER


def real_names(*, seed: int = 1) -> list[str]:
    """Return names of the sample's performers and venues, in an order that the seed decides."""
    names: set[str] = set()
    for kind in ("performers", "venues"):
        with gzip.open(SAMPLE_FOLDER / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as lines:
            names.update(json.loads(line)["name"] for line in lines)
    ordered = sorted(names)
    random.Random(seed).shuffle(ordered)
    return ordered


def draw(names: list[str], *, exponent: float = 1.0, seed: int = 1) -> Iterator[str]:
    """Yield names forever."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / rank**exponent for rank in range(1, len(names) + 1)))
    for _ in repeat(None):
        yield from chance.choices(names, cum_weights=weights, k=1_000)
