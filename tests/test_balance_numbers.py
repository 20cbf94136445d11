"""One cell of the tables in scenarios/balance/README.md is what the program says."""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import equipoise

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "balance"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
PATH, VALUE, RUNS = "model.synthetic.offensive_share", "0.2", 30     # of offensive-share.cfg


class Numbers(unittest.TestCase):
    def test_survivors_of_one_point(self):
        row = re.search(rf"^\| {VALUE} \| ([\d.]+) ± ([\d.]+) \|",
                        (FOLDER / "README.md").read_text().split("<!-- offensive-share: generated -->")[1], re.MULTILINE)
        with tempfile.TemporaryDirectory() as room:
            words = ["run", FOLDER / "survival.cfg", "-r", RUNS, "-s", f"{PATH}={VALUE}", "-o", f"{room}/cell.h5", "-q"]
            subprocess.run([PROGRAM, *map(str, words)], check=True)
            with equipoise.open(f"{room}/cell.h5") as result:
                mean = float(result.values("survivors").isel(time=-1).mean())
        self.assertLess(abs(mean - float(row[1])), max(0.1, float(row[2]) / 2), "run analysis/update_balance.py")


if __name__ == "__main__":
    unittest.main()
