#!/usr/bin/env python3
"""What a step of ours costs, beside a step of a small reference model of threats, alignment, arms and growth in NumPy.

    tests/bench_anchors.py build/tests/bench_equipoise FOLDER/bop_numpy.py [ROUNDS]

The two take turns; each round gives a ratio of processor time per state-system, replicate and step.  The reference is
vectorised over many replicates and has four of our eighteen mechanisms: the ratio says what our whole step costs in
steps of such a model, not how fast the same arithmetic is.  The loop over pairs is the part that is alike (the reference
works out one exponential and one division a pair, and little else that grows with pairs): its time stands beside it.
"""

import json
import os
import statistics
import subprocess
import sys

BATCH = {14: 256, 195: 4}   # replicates at once, as the README of the reference has it


def line_of(*words):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    done = subprocess.run([str(word) for word in words], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    program, reference, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print(f"{'states':>7} {'ours, us':>10} {'its, us':>10} {'whole step':>11} {'pairs, us':>10} {'its over our pairs':>19}"
          "    (medians; lowest and highest ratio)")
    for states, batch in BATCH.items():
        ours, theirs, loops = [], [], []
        for _ in range(rounds):
            mine = line_of(program, "--step", states)
            other = line_of("/usr/bin/python3", reference, "--n", states, "--batch", batch, "--runs", 5)
            ours.append(1e6 * mine["seconds_step"])
            loops.append(1e6 * mine["seconds_pairs"])
            theirs.append(1e6 * other["cpu_median"] / other["steps"])
        whole = [b / a for a, b in zip(ours, theirs)]
        pairs = [b / a for a, b in zip(loops, theirs)]
        print(f"{states:7} {statistics.median(ours):10.2f} {statistics.median(theirs):10.2f} "
              f"{statistics.median(whole):11.3f} {statistics.median(loops):10.2f} {statistics.median(pairs):19.2f}"
              f"    ({min(whole):.3f}..{max(whole):.3f}; {min(pairs):.2f}..{max(pairs):.2f})")


if __name__ == "__main__":
    main()
