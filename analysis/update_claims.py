"""Writes CLAIMS.md of each folder of scenarios: what the program says of every claim of every scenario there.

    /usr/bin/python3 analysis/update_claims.py            writes the files
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
FOLDERS = {"scenarios": "The claims of the texts, and what the model says of them",
           "scenarios/balance": "What is asked of any balance of power, and what the model says of it"}
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
COMMAND = ["--replicates", "30", "--ablate", "--perturb", "40", "--format", "markdown"]

HEAD = """# {title}

Made by `analysis/update_claims.py`, which runs `equipoise {command}`; a test keeps it equal to what the program says.

- **effect**: mean difference between the scenario and what it is compared with, over the window and 30 paired runs;
  **low** and **high**: its 95 % interval; **share**: runs with the expected sign, and
  size where the claim says how much.
- **verdict**: supported if the sign is right and the size counts (0.5 % of the comparison's level; 0.002 for shares of
  alignment or trade, utilities and probabilities). *too small*: right sign, does not count. A placebo (`no_change`) is
  supported if it stays below the bounds.
- **without**: what becomes of the claim when the mechanism or term that it names is taken away. *breaks* is what a claim
  that rests on it should do; *still holds* means that other channels give the same sign.
- **draws**: share of 40 joint draws of all behavioural parameters (log-normal, sigma 0.3, noise off) with the right sign.

The signs were seen while the defaults were chosen, so that agreement shows coherence, not truth. No default is moved to
rescue a claim; [README.md](README.md) says of every failure what the likely reason is.

"""


def told(folder):
    command = ["check", "--all", folder, *COMMAND]
    done = subprocess.run([PROGRAM, *command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{PROGRAM} {' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return HEAD.format(title=FOLDERS[folder], command=" ".join(command)) + done.stdout


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
    differs = False
    for folder in FOLDERS:
        new, target = told(folder), ROOT / folder / "CLAIMS.md"
        if "--check" not in sys.argv[1:]:
            target.write_text(new)
            continue
        old = target.read_text() if target.exists() else ""
        if len(old.splitlines()) == len(new.splitlines()) and all(map(alike, old.splitlines(), new.splitlines())):
            continue
        differs = True
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"{folder}/CLAIMS.md",
                                                   "the program"))
    sys.exit(differs)


if __name__ == "__main__":
    main()
