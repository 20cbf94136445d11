#!/usr/bin/env python3
"""Play the sweeps of scenarios/balance; put their tables into its README.md, and draw what balancing is worth.

    update_balance.py [NAME...]     all sweeps, or those of these names; all take about eight minutes on two cores

README.md decides what is played: NAME.cfg for every line  <!-- NAME: generated -->.  The program is build/equipoise, or what
EQUIPOISE names.  update_docs.py says what a generated part is.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import equipoise  # noqa: E402
from equipoise import balance  # noqa: E402
from update_docs import updated  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "balance"
README, PICTURE = FOLDER / "README.md", FOLDER / "what-balancing-is-worth.png"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))

# What a prototype measured when the model was designed: survivors and share of worlds without a hegemon, by superiority.
PROTOTYPE = {
    "no balancing": {2.0: [2.1, 0.20], 2.25: [2.8, 0.47], 2.5: [4.0, 0.63], 2.75: [5.9, 0.47], 3.0: [10.8, 0.77]},
    "pacts and joiners": {2.0: [12.8, 0.77], 2.25: [22.0, 0.97], 2.5: [30.3, 1.0], 2.75: [34.4, 1.0], 3.0: [36.8, 1.0]},
}


def said(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{PROGRAM} {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def names():
    """The sweeps that README.md has a place for, in its order."""
    return [name for name in re.findall(r"^<!-- (\S+): generated -->$", README.read_text(encoding="utf-8"), re.MULTILINE)
            if (FOLDER / f"{name}.cfg").exists()]


def words():
    """{path: words of its values}, of the parameters that have words."""
    allowed = {row["path"]: row["allowed"] for row in json.loads(said("parameters", "--format", "json"))}
    return {path: ["false", "true"] if text == "true or false" else text.removeprefix("one of: ").split()
            for path, text in allowed.items() if text == "true or false" or text.startswith("one of: ")}


def beside_the_prototype(results):
    """The prototype and the engine, from the two sweeps that ask what it asked."""
    ours, alike = results["balancing"], results["as-prototype"]
    return balance.beside({
        "no balancing: prototype": PROTOTYPE["no balancing"],
        "no balancing: engine": balance.by_superiority(ours, "no balancing"),
        "pacts and joiners: prototype": PROTOTYPE["pacts and joiners"],
        "pacts and joiners: engine": balance.by_superiority(ours, "pacts and joiners (0.1)"),
        "pacts and joiners: engine, as-prototype.cfg": balance.by_superiority(alike)})


def parts(results):
    """Generated parts of README.md by name; results: {name of a sweep: result}."""
    made = {name: balance.markdown(result, words()) for name, result in results.items()}
    if "one-at-a-time" in results:
        made["deciding"] = balance.deciding(results["one-at-a-time"])
    if {"balancing", "as-prototype"} <= set(results):
        made["prototype"] = beside_the_prototype(results)
    return made


def main():
    results = {}
    with tempfile.TemporaryDirectory() as room:
        for name in sys.argv[1:] or names():
            begun = time.monotonic()
            said("sweep", FOLDER / f"{name}.cfg", "-o", Path(room) / f"{name}.h5", "-q")
            results[name] = equipoise.open(Path(room) / f"{name}.h5")
            print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)
        README.write_text(updated(README.read_text(encoding="utf-8"), parts(results)), encoding="utf-8")
        if "balancing" in results:
            balance.worth(results["balancing"]).figure.savefig(PICTURE, dpi=100)
        for result in results.values():
            result.close()


if __name__ == "__main__":
    main()
