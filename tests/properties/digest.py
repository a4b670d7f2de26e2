"""The hash of the first so many cases' evaluations: ``python -m tests.properties.digest 120``."""

import sys
from hashlib import sha256

from tests.generators import seeded
from tests.properties.canonical import evaluation_text
from tests.properties.laws import judge


def main(count: int) -> str:
    digest = sha256()
    for seed in range(count):
        digest.update(evaluation_text(judge(seeded(seed))).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
