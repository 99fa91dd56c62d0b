"""A mutant by its seed and number: always the same bytes for the same seeds."""

import random

from tests.fuzz.mime_mutations import STRUCTURE
from tests.fuzz.mutations import BYTES
from tests.fuzz.seeds import Seeds

_LARGEST = 1_500_000  # bytes of a mutant
_MUTATIONS = [mutation for mutation, _ in (*BYTES, *STRUCTURE)]
_WEIGHTS = [weight for _, weight in (*BYTES, *STRUCTURE)]


def make_mutant(seeds: Seeds, seed: int, number: int) -> bytes:
    """One mail of the seeds, damaged in one to four ways."""
    dice = random.Random(f"{seed}:{number}")
    raw, other = _draw(dice, seeds), _draw(dice, seeds)
    for mutation in dice.choices(_MUTATIONS, _WEIGHTS, k=dice.choice((1, 1, 1, 2, 2, 3, 4))):
        raw = mutation(dice, raw, other)[:_LARGEST]
    return raw


def _draw(dice: random.Random, seeds: Seeds) -> bytes:
    return dice.choice(dice.choice(seeds.groups))
