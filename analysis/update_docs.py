#!/usr/bin/env python3
"""Put the program's own tables into sim/MODEL.md; the totals of scenarios/CLAIMS.md and the table of the gate into README.md.

    update_docs.py            rewrite the generated parts
    update_docs.py --check    compare them; exit 1 and print a diff if they differ

A generated part stands between a line  <!-- NAME: generated -->  and the next line  <!-- end -->.
Exit status 2: the program cannot be run, or a file or a marker is missing.
"""

import argparse
import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL, README, CLAIMS = ROOT / "sim" / "MODEL.md", ROOT / "README.md", ROOT / "scenarios" / "CLAIMS.md"
BALANCE = ROOT / "scenarios" / "balance" / "CLAIMS.md"
TABLES = {
    "parameters": ["parameters", "--format", "markdown"],
    "variables": ["parameters", "--variables", "--format", "markdown"],
}
END = "<!-- end -->"


def begin(name):
    return f"<!-- {name}: generated -->"


def table(program, arguments):
    """What the program prints."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise ValueError(f"{program} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip("\n")


def totals():
    """What scenarios/CLAIMS.md says under its table."""
    said = [line for line in CLAIMS.read_text(encoding="utf-8").split("\n")
            if line.endswith("break without it.") or (line[:1].isdigit() and " claims: " in line)]
    if len(said) != 2:
        raise ValueError(f"{CLAIMS.name} has no table with totals under it")
    return "\n".join(said)


GATE = {"G1-coalition": "countered", "G1-arms": "armed against", "G1-riser": "left alone",
        "G1-defensive-coalition": "a defensive riser countered", "G1-appeasement-riser": "appeased where helpers are far"}


PERVERSITY = {"presence": "the presence of a feared patron repels, that of a friend attracts",
              "giant": "a giant raises the share of other poles at its neighbours, their burden and the coalition against it",
              "rival": "a rival that grows is armed against",
              "pole": "the quarrel of a pole that is not felt drags nobody in, one that is felt does",
              "autonomy": "more autonomy never lowers self-reliance",
              "after": "hostility raised after load raises the burden",
              "before": "hostility raised before load raises it as well"}


def balance_rows(prefix):
    """Cells of the rows of scenarios/balance/CLAIMS.md of the scenarios of that name."""
    lines = BALANCE.read_text(encoding="utf-8").replace(r"\|", "/").split("\n")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(f"| {prefix}")]


def perversity():
    """How many of the perversity claims of each kind hold."""
    held, all_of = dict.fromkeys(PERVERSITY, 0), dict.fromkeys(PERVERSITY, 0)
    for row in balance_rows("perversity"):
        kind = "autonomy" if row[0] == "perversity-autonomy" else row[1].split("-")[0]
        all_of[kind] += 1
        held[kind] += row[10] == "supported"
    if not all(all_of.values()):
        raise ValueError(f"{BALANCE} lacks claims of a perversity test")
    return "\n".join(["| what should be so | holds in |", "|---|---:|",
                      *(f"| {text} | {held[kind]} of {all_of[kind]} |" for kind, text in PERVERSITY.items())])


def gate():
    """What scenarios/balance/CLAIMS.md says of the gate: a row for each number of states, the share of worlds in each."""
    found = {}
    for row in balance_rows("gate-"):
        share, verdict = row[9].split(" (")[0].replace(" %", " %"), row[10]
        found.setdefault(row[0], {})[row[1]] = share if verdict == "supported" else f"{share}, {verdict}"
    if not found or any(set(GATE) - set(cells) for cells in found.values()):
        raise ValueError(f"{BALANCE} has no rows of the gate")
    lines = ["| states | " + " | ".join(GATE.values()) + " |", "|---:" * (len(GATE) + 1) + "|"]
    lines += [f"| {int(name[5:])} | " + " | ".join(cells[claim] for claim in GATE) + " |" for name, cells in found.items()]
    return "\n".join(lines)


def updated(text, tables):
    """The document with its generated parts replaced; tables: name -> text."""
    lines = text.split("\n")
    for name, content in tables.items():
        starts = [k for k, line in enumerate(lines) if line == begin(name)]
        if len(starts) != 1:
            raise ValueError(f"{len(starts)} lines {begin(name)} (needed: one)")
        start = starts[0]
        ends = [k for k in range(start + 1, len(lines)) if lines[k].startswith("<!--")]
        if not ends or lines[ends[0]] != END:
            raise ValueError(f"no line {END} after {begin(name)}")
        lines[start + 1:ends[0]] = ["", *content.split("\n"), ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Put what is generated into sim/MODEL.md and README.md.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 with a diff if they differ")
    parser.add_argument("--program", default=str(ROOT / "build" / "equipoise"), help="default: build/equipoise")
    options = parser.parse_args()
    try:
        parts = {MODEL: {name: table(options.program, words) for name, words in TABLES.items()},
                 README: {"totals": totals(), "gate": gate(), "perversity": perversity()}}
        old = {path: path.read_text(encoding="utf-8") for path in parts}
        new = {path: updated(old[path], parts[path]) for path in parts}
    except (OSError, ValueError) as error:
        print(f"update_docs: {error}", file=sys.stderr)
        return 2
    for path in parts:
        if options.check:
            name = path.relative_to(ROOT).as_posix()
            sys.stdout.writelines(difflib.unified_diff(old[path].splitlines(True), new[path].splitlines(True), name, "generated"))
        elif new[path] != old[path]:
            path.write_text(new[path], encoding="utf-8")
    return int(options.check and new != old)


if __name__ == "__main__":
    sys.exit(main())
