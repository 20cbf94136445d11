#!/usr/bin/env python3
"""Build the worlds in scenarios/worlds from the tables in scenarios/data.

    build_world.py [WORLD...]            write them; all three if none is named
    build_world.py --check [WORLD...]    compare with the files on disk; exit 1 and print a diff if any differs

Worlds: central-asia-1992, central-asia-2021, world-2018.  Figures that are data come from the tables of data; all
else from behaviour-*.csv and world-hostility.csv, where each row names the claim that it leans on, or "assumption",
and from the rules that scenarios/data/README.md states.
"""

import argparse
import difflib
import sys

from worlds import central_asia, whole_world
from worlds.common import ROOT, fail

WORLDS = {
    "central-asia-1992": central_asia.build_1992,
    "central-asia-2021": central_asia.build_2021,
    "world-2018": whole_world.build,
}


def differs(name, text):
    """Whether the file on disk is another; if so, the difference is printed."""
    place = f"scenarios/worlds/{name}.cfg"
    if not (ROOT / place).exists():
        fail(f"{place} is missing")
    found = (ROOT / place).read_text(encoding="utf-8")
    if found != text:
        sys.stdout.writelines(difflib.unified_diff(
            found.splitlines(keepends=True), text.splitlines(keepends=True), place, f"{place}, rebuilt"))
    return found != text


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    options.add_argument("world", nargs="*", help=", ".join(WORLDS))
    chosen = options.parse_args()
    for name in chosen.world:
        if name not in WORLDS:
            fail(f"no world is called {name}; there are {', '.join(WORLDS)}")
    changed = False
    for name in chosen.world or WORLDS:
        text = WORLDS[name]()
        if chosen.check:
            changed |= differs(name, text)
        else:
            (ROOT / "scenarios" / "worlds" / f"{name}.cfg").write_text(text, encoding="utf-8", newline="\n")
    return int(changed)


if __name__ == "__main__":
    sys.exit(main())
