"""The sweeps of scenarios/sweeps: they validate, are of the size they say, play, and README.md gives the answer of each, whose
figures stand in its table."""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import update_sweeps

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "sweeps"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
NUMBER = r"-?\d+(?:\.\d+)?"


class ShippedSweeps(unittest.TestCase):
    maxDiff = None

    def said(self, *arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def sweeps(self):
        return sorted(path.stem for path in FOLDER.glob("*.cfg"))

    def generated(self, name):
        found = re.findall(rf"^<!-- {name}: generated -->$(.*?)^<!-- end -->$", (FOLDER / "README.md").read_text(),
                           re.MULTILINE | re.DOTALL)
        self.assertEqual(len(found), 1, "run analysis/update_sweeps.py")
        return found[0].strip("\n")

    def test_readme_has_every_sweep_and_no_other(self):
        self.assertGreater(len(self.sweeps()), 2)
        self.assertEqual(sorted(update_sweeps.names()), self.sweeps())
        for name in re.findall(r"[\w./-]+\.cfg", (FOLDER / "README.md").read_text()):
            self.assertTrue(any((folder / name).exists() for folder in (ROOT, FOLDER, FOLDER.parent)), name)

    def test_sizes_are_those_of_the_head(self):
        for name in self.sweeps():
            with self.subTest(name):
                points, runs = re.search(r"\((\d+) points x (\d+)\)", self.said("validate", FOLDER / f"{name}.cfg")).groups()
                head = (FOLDER / f"{name}.cfg").read_text().split("\n\n")[0]
                self.assertIn(f"// {points} points of {runs} runs", head)
                self.assertRegex(head, r"-r \d+ is enough")

    def test_answers_stand_in_the_tables(self):
        for name in self.sweeps():
            with self.subTest(name):
                answer, text = update_sweeps.answer(name), self.generated(name)
                self.assertTrue(text.startswith(f"**{answer}**\n"), "run analysis/update_sweeps.py")
                known = [float(number) for number in re.findall(NUMBER, text.split("\n", 1)[1])]
                for figure in re.findall(r"-?\d+\.\d+", answer):
                    digits = len(figure.split(".")[1])
                    self.assertTrue(any(abs(abs(one) - abs(float(figure))) <= 0.5001 * 10 ** -digits for one in known),
                                    f"{figure} of the answer is not in the table")

    def test_a_reduced_sweep_has_the_same_table(self):
        """Few runs or samples: the heads and the names of the rows are those of README.md, in any order where they are ranked."""
        for name in self.sweeps():
            drawn = "analyze" in (FOLDER / "README.md").read_text().split(f"## {name}.cfg")[1].split("<!--")[0]
            with self.subTest(name), tempfile.TemporaryDirectory() as room:
                few = update_sweeps.played(name, room, *(["--samples", "6", "-r", "1"] if drawn else ["-r", "2"]))
                columns = [[line if "---" in below else line.split(" | ")[0]
                            for line, below in zip(text.split("\n"), text.split("\n")[1:] + [""]) if line.startswith("|")]
                           for text in (few, self.generated(name))]
                self.assertEqual(*(map(sorted, columns) if drawn else columns))
                self.assertNotRegex(few, r"\bnan\b")

    def test_fifteen_of_morris_go_on(self):
        first = re.findall(r"^\| (\d+) \| `(\S+)` ", self.generated("withdrawal-morris"), re.MULTILINE)
        fifteen = re.findall(r'path = "(\S+)"', (FOLDER / "withdrawal-sobol.cfg").read_text())
        self.assertEqual(sorted(path for rank, path in first if int(rank) <= update_sweeps.MOST), sorted(fifteen))
        ranges = [set(re.findall(r'path = "(\S+)"; +(range = .*?;.*?) }', (FOLDER / f"withdrawal-{name}.cfg").read_text()))
                  for name in ("sobol", "morris")]
        self.assertEqual(len(ranges[0]), update_sweeps.MOST)
        self.assertLessEqual(*ranges)

    def test_cells(self):
        self.assertEqual(update_sweeps.mean([1.0, 1.0]), "1.000")
        self.assertEqual(update_sweeps.mean([0.0, 0.2]), "0.10 ± 0.20")       # 1.96 * sqrt(0.02 / 2)
        self.assertEqual(update_sweeps.mean([1.0, 1.000001]), "1.0000 ± 0.0001")
        self.assertEqual(update_sweeps.share([True] * 15 + [False] * 15), "0.50 (0.33..0.67)")  # as in test_balance.py


if __name__ == "__main__":
    unittest.main()
