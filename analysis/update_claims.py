"""Writes scenarios/CLAIMS.md: what the program says of every claim of every shipped scenario.

    /usr/bin/python3 analysis/update_claims.py            writes the file
    /usr/bin/python3 analysis/update_claims.py --check    compares: verdicts exactly, numbers to one per cent; exit 1

The program is build/equipoise, or what EQUIPOISE names.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "scenarios" / "CLAIMS.md"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
COMMAND = ["check", "--all", "scenarios", "--replicates", "30", "--ablate", "--perturb", "40", "--format", "markdown"]

HEAD = """# The claims of the texts, and what the model says of them

Made by `analysis/update_claims.py`, which runs `equipoise {command}`; a test keeps it equal to what the program says.

- **effect**: mean difference between the scenario and what it is compared with, over the window and 30 paired runs;
  **low** and **high**: its 95 % interval; **share**: runs with the expected sign.
- **verdict**: supported if the sign is right and the size counts (0.5 % of the comparison's level; 0.002 for shares of
  alignment or trade, utilities and probabilities). *too small*: right sign, does not count. A placebo (`no_change`) is
  supported if it stays below the bounds.
- **without**: what becomes of the claim when the mechanism or term that it names is taken away. *breaks* is what a claim
  that rests on it should do; *still holds* means that other channels give the same sign.
- **draws**: share of 40 joint draws of all behavioural parameters (log-normal, sigma 0.3, noise off) with the right sign.

The signs were seen while the defaults were chosen, so that agreement shows coherence, not truth. No default is moved to
rescue a claim; [README.md](README.md) says of every failure what the likely reason is.

"""


def told():
    done = subprocess.run([PROGRAM, *COMMAND], cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{PROGRAM} {' '.join(COMMAND)}: status {done.returncode}\n{done.stderr}")
    return HEAD.format(command=" ".join(COMMAND)) + done.stdout


def alike(old, new):
    """Whether two lines say the same: words alike, numbers within one per cent or a few units of a percentage."""
    first, second = (re.split(r"\s*\|\s*|\s+", line) for line in (old, new))
    if len(first) != len(second):
        return False
    for a, b in zip(first, second):
        if a == b:
            continue
        try:
            x, y = float(a), float(b)
        except ValueError:
            return False
        percent = abs(x) <= 100 and "." not in a and "." not in b
        if abs(x - y) > max(0.01 * max(abs(x), abs(y)), 3.5 if percent else 1e-12):
            return False
    return True


def main():
    new = told()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(new)
        return
    old = TARGET.read_text() if TARGET.exists() else ""
    if len(old.splitlines()) == len(new.splitlines()) and all(map(alike, old.splitlines(), new.splitlines())):
        return
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "CLAIMS.md", "the program"))
    sys.exit(1)


if __name__ == "__main__":
    main()
