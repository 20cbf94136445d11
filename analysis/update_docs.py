#!/usr/bin/env python3
"""Put the program's own tables into sim/MODEL.md.

    update_docs.py            rewrite the generated parts
    update_docs.py --check    compare them with the program; exit 1 and print a diff if they differ

A generated part stands between a line  <!-- NAME: generated -->  and the next line  <!-- end -->.
Exit status 2: the program cannot be run, or a marker is missing.
"""

import argparse
import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "sim" / "MODEL.md"
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
    parser = argparse.ArgumentParser(description="Put the program's own tables into sim/MODEL.md.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 with a diff if they differ")
    parser.add_argument("--program", default=str(ROOT / "build" / "equipoise"), help="default: build/equipoise")
    options = parser.parse_args()
    try:
        old = MODEL.read_text(encoding="utf-8")
        new = updated(old, {name: table(options.program, words) for name, words in TABLES.items()})
    except (OSError, ValueError) as error:
        print(f"update_docs: {error}", file=sys.stderr)
        return 2
    if not options.check:
        if new != old:
            MODEL.write_text(new, encoding="utf-8")
        return 0
    name = MODEL.relative_to(ROOT).as_posix()
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, "by the program"))
    return int(new != old)


if __name__ == "__main__":
    sys.exit(main())
