"""The sweeps on whether a balance survives: they validate, have their tables, and go through equipoise.balance."""
import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

import equipoise  # noqa: E402
from equipoise import balance  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "balance"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))

SMALL = """title = "A small world for a short time";
base  = "{folder}/survival.cfg";
time  = {{ start = "2000Q1"; end = "2019Q4"; }};
world = {{ synthetic = {{ states = 9; }}; }};
sweep = {{ design = "list"; replicates = 2; parameters = ({factors}); }};
"""


def factors(**columns):
    return ", ".join(f'{{ path = "model.war.{name}"; values = [{values}]; }}' for name, values in columns.items())


class Balance(unittest.TestCase):
    def setUp(self):
        self.room = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.room)
        self.addCleanup(plt.close, "all")

    def said(self, *arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def play(self, **columns):
        scenario, result = self.room / "small.cfg", self.room / "small.h5"
        scenario.write_text(SMALL.format(folder=FOLDER, factors=factors(**columns)))
        self.said("sweep", scenario, "-o", result, "-q", "--force")
        opened = equipoise.open(result)
        self.addCleanup(opened.close)
        return opened

    def test_every_sweep_has_its_table(self):
        text = (FOLDER / "README.md").read_text()
        sweeps = [path.stem for path in sorted(FOLDER.glob("*.cfg")) if " points x " in self.said("validate", path)]
        self.assertIn("balancing", sweeps)
        for name in [*sweeps, "deciding", "prototype"]:
            with self.subTest(name):
                found = re.findall(rf"^<!-- {name}: generated -->$(.*?)^<!-- end -->$", text, re.MULTILINE | re.DOTALL)
                self.assertEqual(len(found), 1, "run analysis/update_balance.py")
                self.assertEqual(len(re.findall(r"^\|---", found[0], re.MULTILINE)), 1, "one table")
        self.assertTrue((FOLDER / "what-balancing-is-worth.png").exists())

    def test_from_a_sweep_to_table_and_picture(self):
        result = self.play(pacts="false, false, true, true", join="0.0, 0.0, 0.5, 0.5", superiority="2.0, 3.0, 2.0, 3.0")
        lines = balance.markdown(result, {"model.war.pacts": ["no", "yes"]}).split("\n")
        self.assertEqual(len(lines), 2 + 4)
        self.assertEqual({line.count("|") for line in lines}, {1 + 3 + 7})
        self.assertTrue(lines[2].startswith("| no | 0 | 2 | "), lines[2])
        self.assertTrue(lines[5].startswith("| yes | 0.5 | 3 | "), lines[5])
        for words in "no balancing", "pacts and joiners (0.5)":
            self.assertEqual(list(balance.by_superiority(result, words)), [2.0, 3.0])
        self.assertIn("| x | ", balance.beside({"x": balance.by_superiority(result, "no balancing")}))
        axes = balance.worth(result)
        axes.figure.savefig(self.room / "picture.png")
        self.assertEqual([text.get_text() for text in axes.texts], ["no balancing", "pacts and joiners (0.5)"])
        with self.assertRaises(equipoise.ResultError):
            balance.deciding(result)        # it changes two things at once

    def test_one_factor_at_a_time(self):
        result = self.play(rate="0.5, 8.0, 0.5", join="0.1, 0.1, 0.5")
        starts = [line.split(" | ")[0] for line in balance.markdown(result).split("\n")[2:]]
        self.assertEqual(starts, ["| nothing", "| rate 8", "| join 0.5"])
        self.assertIn("| rate | 0.5 .. 8 | ", balance.deciding(result))
        with self.assertRaises(equipoise.ResultError):
            balance.worth(result)           # it has no superiority

    def test_interval_of_a_share(self):
        low, high = balance.wilson(0, 30)
        self.assertAlmostEqual(low, 0)
        self.assertAlmostEqual(high, 0.1135, places=4)
        low, high = balance.wilson(15, 30)
        self.assertAlmostEqual(low + high, 1)
        self.assertAlmostEqual(low, 0.3315, places=4)
        for z in 1.0, 1.96:     # at its ends the share seen is z standard errors away
            low, high = balance.wilson(7, 20, z)
            for end in low, high:
                self.assertAlmostEqual(abs(0.35 - end), z * math.sqrt(end * (1 - end) / 20))


if __name__ == "__main__":
    unittest.main()
