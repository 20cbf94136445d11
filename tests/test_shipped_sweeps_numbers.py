"""Every cell of the tables in scenarios/sweeps/README.md is what the program says, up to the intervals: another compiler may round
otherwise, and a run may then go another way."""
import os
import re
import tempfile
import unittest
from pathlib import Path

import update_sweeps

PROGRAM = Path(os.environ.get("EQUIPOISE", update_sweeps.PROGRAM))


def agree(old, new):
    """Whether two cells say the same: means whose intervals meet, a share inside the other's interval, numbers of one
    rounding, or the same text."""
    means = [re.fullmatch(r"(\S+) ± (\S+)", cell) for cell in (old, new)]
    if all(means):
        return abs(float(means[0][1]) - float(means[1][1])) <= float(means[0][2]) + float(means[1][2])
    shares = [re.fullmatch(r"(\S+) \((\S+)\.\.(\S+)\)", cell) for cell in (old, new)]
    if all(shares):
        return float(shares[0][2]) <= float(shares[1][1]) <= float(shares[0][3])
    if all(re.fullmatch(r"-?\d+\.\d+", cell) for cell in (old, new)):
        return abs(float(old) - float(new)) < 0.0015
    return old == new


def named(text):
    """{name of a row: its cells}, of the tables of a text; ranks left out."""
    rows = [re.sub(r"^\| \d+ \| `", "| `", line).strip("| ").split(" | ") for line in text.split("\n") if line.startswith("|")]
    return {f"{cells[0]}, {len(cells)} cells": cells[1:] for cells in rows}


class Numbers(unittest.TestCase):
    def test_tables(self):
        if b"__asan_init" in PROGRAM.read_bytes():
            self.skipTest("too slow with sanitizers")
        text = update_sweeps.README.read_text(encoding="utf-8")
        for name in update_sweeps.names():
            with self.subTest(name), tempfile.TemporaryDirectory() as room:
                old = re.search(rf"^<!-- {name}: generated -->\n(.*?)^<!-- end -->$", text, re.MULTILINE | re.DOTALL)[1]
                rows = [named(one) for one in (old, update_sweeps.played(name, room))]
                missing = rows[0].keys() ^ rows[1].keys()
                self.assertLessEqual(len(missing), 2 if "morris" in name else 0, missing)     # the last of the ranks may change
                for row in rows[0].keys() & rows[1].keys():
                    for pair in zip(rows[0][row], rows[1][row], strict=True):
                        self.assertTrue(agree(*pair), f"{row}: {pair[0]} in README.md, {pair[1]} now: "
                                        "run analysis/update_sweeps.py")

    def test_agreement(self):
        self.assertTrue(agree("0.10 ± 0.02", "0.13 ± 0.01") and agree("0.5 (0.3..0.7)", "0.7 (0.5..0.9)") and agree("0.391", "0.392")
                        and agree("x", "x"))
        self.assertFalse(agree("0.10 ± 0.02", "0.14 ± 0.01") or agree("0.5 (0.3..0.7)", "0.8 (0.6..0.9)") or agree("0.391", "0.393")
                         or agree("x", "y"))


if __name__ == "__main__":
    unittest.main()
