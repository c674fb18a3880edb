"""Named random streams: the only source of randomness in the project."""

import hashlib

import numpy as np


def seed_sequence(seed: int, *names: str) -> np.random.SeedSequence:
    """Child of `seed` that belongs to the stream called `names`, e.g. ("train", "batches").

    The child depends on nothing but its arguments, so results do not depend on the order or number of jobs, and two
    conditions that name the same stream draw the same numbers (paired comparisons). The name enters through its
    SHA-256 digest because SeedSequence takes integers only. `seed` must be a non-negative integer.
    """
    digest = hashlib.sha256("/".join(names).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4")[:4]
    return np.random.SeedSequence(entropy=seed, spawn_key=tuple(int(word) for word in words))


def stream(seed: int, *names: str) -> np.random.Generator:
    """Random generator on the stream `names` of `seed` (see `seed_sequence`)."""
    return np.random.default_rng(seed_sequence(seed, *names))
