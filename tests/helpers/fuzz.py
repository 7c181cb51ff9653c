"""Search anew: the tests that hypothesis draws examples for, from new seeds, for some minutes; ``make fuzz`` runs it.

``python tests/helpers/fuzz.py MINUTES [SEED] [pytest's own arguments]`` runs them in another order each time, with many
more examples, until the minutes are over or one fails. It prints the seed of each round: with it the round is the same.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time


def main(minutes: float, seed: int | None, arguments: list[str]) -> int:
    """Run rounds of tests until the time is over; return 0, or pytest's status for the round in which one failed."""
    over = time.time() + 60.0 * minutes
    rounds = 0
    while time.time() < over:
        now = random.SystemRandom().randrange(2**32) if seed is None else seed + rounds
        rounds += 1
        print(f"Round {rounds}, seed {now}: to repeat it, make fuzz SEED={now}", flush=True)
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-m", "hypothesis and not browser", f"--hypothesis-seed={now}"),
                *("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "worksteal", "--maxfail", "1", *arguments),
            ],
            env={**os.environ, "FUZZ_SEED": str(now), "FUZZ_UNTIL": str(over)},
            check=False,
        )
        if ended.returncode:
            print(f"Found in round {rounds}: make fuzz SEED={now} repeats it.", flush=True)
            return ended.returncode
    print(f"Nothing was found in {rounds} rounds.")
    return 0


if __name__ == "__main__":
    given = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.exit(main(float(sys.argv[1]), int(given) if given else None, sys.argv[3:]))
