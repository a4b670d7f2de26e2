"""Random numbers by name: each thing that is drawn has its own stream, made of the seed, so that what else is drawn, and in
which order, changes nothing. Two series that draw under one name draw alike: so they move together."""

from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]


class Draws:
    """``size`` draws under each name; ``part`` tells one part of the futures from the next."""

    def __init__(self, seed: int, part: int, size: int) -> None:
        self.seed, self.part, self.size = seed, part, size
        self._uniform: dict[str, npt.NDArray[np.uint64]] = {}

    def stream(self, name: str) -> np.random.Generator:
        """The generator of that name."""
        words = np.frombuffer(blake2b(name.encode(), digest_size=16).digest(), dtype=np.uint32)
        entropy = [self.seed, self.part, *(int(word) for word in words)]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))

    def choose(self, name: str, count: int) -> npt.NDArray[Any]:
        """Indices below ``count``, each as likely as the others (to within one part in four thousand million)."""
        if name not in self._uniform:
            self._uniform[name] = self.stream(name).integers(0, 1 << 32, self.size, dtype=np.uint64)
        return (self._uniform[name] * np.uint64(count)) >> np.uint64(32)
