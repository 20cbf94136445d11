#!/usr/bin/env python3
"""equipoise analyze: what it says of a sweep is what the numbers in the file say, worked out here once more.

    EQUIPOISE=build/equipoise tests/test_analyze.py [-v] [NAME...]
"""

import csv
import io
import json
import math
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("EQUIPOISE", ROOT / "build" / "equipoise")).resolve()
OK, INVALID, UNREADABLE = 0, 2, 5
FACTORS = {"shock": "states.RUS.economy.shock", "states.UZB.alignment.autonomy": "states.UZB.alignment.autonomy"}
CONFIG = """title = "Which of two matters";
base  = "{root}/tests/worlds/w21.cfg";
time  = {{ start = "2021Q1"; end = "2022Q4"; }};
events = ( {{ at = "2021Q3"; path = "states.RUS.economy.shock"; add = -0.05; note = "A bad year"; source = "a test"; }} );
claims = ( {{ id = "one"; text = "Less is made."; quantity = "gdp[RUS]"; at = "2022Q4"; expect = "decrease"; source = "a test"; }},
           {{ id = "two"; text = "It leans."; quantity = "alignment[UZB,RUS]"; at = "2022Q4"; expect = "increase";
             versus = "start"; source = "a test"; }} );
summaries = ( {{ quantity = "gdp[RUS]"; take = "final"; name = "output"; }},
              {{ quantity = "alignment[UZB,RUS]"; take = "final"; name = "leaning"; }},
              {{ quantity = "alive[UZB]"; take = "final"; name = "still"; }} );
sweep = {{ {design}
          parameters = ( {{ paths = ["states.RUS.economy.shock", "states.KAZ.economy.shock"]; name = "shock"; range = [-0.02, 0.02]; }},
                         {{ path = "states.UZB.alignment.autonomy"; range = [1.0, 3.0]; }} ); }};
"""


def play(*arguments):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120)


class Analyze(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = Path(tempfile.mkdtemp(prefix="equipoise-analyze-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.sobol = cls.make("sobol", 'design = "sobol"; samples = 12; replicates = 3;')
        cls.pairs = cls.make("pairs", 'design = "sobol"; samples = 12; second_order = true; replicates = 1;')
        cls.morris = cls.make("morris", 'design = "morris"; samples = 6; replicates = 2;')

    @classmethod
    def make(cls, name, design):
        """The result of a sweep by a design of two factors."""
        scenario, file = cls.shared / f"{name}.cfg", cls.shared / f"{name}.h5"
        scenario.write_text(CONFIG.format(root=ROOT, design=design))
        done = play("sweep", scenario, "-q", "-o", file)
        assert done.returncode == OK, done.stderr
        return file

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="equipoise-analyze-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def ends(self, status, *arguments):
        done = play("analyze", *arguments)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}\n{done.stderr}")
        if status != OK:
            self.assertEqual(done.stdout, "")
        return done

    def rows(self, file, *arguments):
        """The CSV by (quantity, index, factor, with)."""
        said = self.ends(OK, file, "--format", "csv", *arguments).stdout
        return {(row["quantity"], row["index"], row["factor"], row["with"]): row for row in csv.DictReader(io.StringIO(said))}

    def changed(self, file):
        copy = self.dir / "copy.h5"
        shutil.copy(file, copy)
        return copy

    @staticmethod
    def table(file, quantity, size, keep=None):
        """[replicate, block, place] of a quantity."""
        with h5py.File(file) as data:
            replicates = int(data["replicate"][:].max()) + 1
            if quantity.startswith("effect/"):
                name = quantity.removeprefix("effect/")
                value = data[f"summaries/{name}"][:] - data[f"baseline/summaries/{name}"][:]
            elif quantity.startswith("baseline/"):
                value = data[f"baseline/summaries/{quantity.removeprefix('baseline/')}"][:]
            elif quantity in data["summaries"]:
                value = data[f"summaries/{quantity}"][:]
            else:
                value = data["claims/effect"][list(data["claims/claim"].asstr()[:]).index(quantity)]
        value = value.reshape(replicates, -1, size)
        return value if keep is None else value[:, keep]

    def close(self, row, expected):
        self.assertTrue(math.isclose(float(row["estimate"]), expected, rel_tol=1e-6, abs_tol=1e-9), (row, expected))

    def sobol_as(self, rows, quantity, value, second=False):
        """The indices once more, by the formulas as published."""
        y = value.mean(axis=0)
        k, names = len(FACTORS), list(FACTORS)
        y = y - np.concatenate([y[:, 0], y[:, -1]]).mean()
        a, ab, b = y[:, 0], y[:, 1:1 + k], y[:, -1]
        variance = (np.sum(a ** 2) + np.sum(b ** 2)) / (2 * len(y))
        first = [np.mean(b * (ab[:, i] - a)) / variance for i in range(k)]
        for i in range(k):
            self.close(rows[quantity, "first", names[i], ""], first[i])
            self.close(rows[quantity, "total", names[i], ""], np.mean((a - ab[:, i]) ** 2) / 2 / variance)
        if second:
            ba = y[:, 1 + k:-1]
            both = (np.mean(ba[:, 0] * ab[:, 1]) + np.mean(ba[:, 1] * ab[:, 0])) / 2 - np.mean(a * b)
            self.close(rows[quantity, "second", *names], both / variance - sum(first))
        for row in rows.values():
            if row["quantity"] == quantity and row["low"]:
                self.assertLessEqual(float(row["low"]), float(row["high"]))

    def test_blocks_are_of_the_scheme(self):
        """A, AB_1, AB_2, [BA_1, BA_2,] B: what moves in the file is what the indices take it for."""
        for file, size, replicates in ((self.sobol, 4, 3), (self.pairs, 6, 1)):
            with h5py.File(file) as data:
                x = np.array([data[f"parameters/{path}"][:].reshape(replicates, 12, size)[0] for path in FACTORS.values()])
            a, b = x[:, :, 0], x[:, :, -1]
            self.assertTrue((a != b).all())
            for i in 0, 1:
                for first, one, other in ((1, a, b), (3, b, a))[:size // 2 - 1]:
                    expected = one.copy()
                    expected[i] = other[i]
                    np.testing.assert_array_equal(x[:, :, first + i], expected)

    def test_sobol(self):
        rows = self.rows(self.sobol)
        self.assertEqual({row["quantity"] for row in rows.values()}, {"one", "two"}, "all claims by default")
        self.assertEqual({row["index"] for row in rows.values()},
                         {"first", "total", "variance", "parameters", "luck", "luck_by_parameters"})
        for row in rows.values():
            self.assertEqual((row["blocks"], row["left_out"], row["runs"]), ("12", "0", "144"))
        names = "output", "baseline/output", "effect/output", "leaning", "two"
        rows |= self.rows(self.sobol, *(word for name in names for word in ("--quantity", name)))
        for name in (*names, "one"):
            with self.subTest(name):
                self.sobol_as(rows, name, self.table(self.sobol, name, 4))
        shock, autonomy = FACTORS
        self.assertGreater(float(rows["output", "total", shock, ""]["estimate"]),
                           10 * float(rows["output", "total", autonomy, ""]["estimate"]), "output is the shock's")

    def test_luck_is_apart(self):
        rows = self.rows(self.sobol, "--quantity", "leaning")
        y = self.table(self.sobol, "leaning", 4).reshape(3, 12, 4)
        part = {}
        pairs = [(b, c) for b in range(12) for c in range(12) if b != c]

        def across(z):  # half the mean squared difference of points of different blocks
            return np.mean([np.mean((z[b][:, None] - z[c][None]) ** 2) / 2 for b, c in pairs])
        one = np.mean([across(z) for z in y])
        part["both"] = (one - across(y.mean(axis=0))) * 3 / 2
        part["parameters"], part["luck"] = one - part["both"], np.mean(y.var(axis=0, ddof=1)) - part["both"]
        total = sum(part.values())
        for index, expected in (("variance", total), ("parameters", part["parameters"] / total),
                                ("luck", part["luck"] / total), ("luck_by_parameters", part["both"] / total)):
            row = rows["leaning", index, "", ""]
            self.close(row, expected)
            self.assertEqual((row["low"], row["high"]), ("", ""))
        self.assertGreater(part["luck"] / total, 0.001, "there is luck to be told apart")

    def test_second_order(self):
        rows = self.rows(self.pairs, "--second-order", "--quantity", "leaning", "--quantity", "output")
        for name in "leaning", "output":
            self.sobol_as(rows, name, self.table(self.pairs, name, 6), second=True)
        self.assertNotIn("second", {row["index"] for row in self.rows(self.pairs).values()})
        said = self.ends(INVALID, self.sobol, "--second-order").stderr
        self.assertIn("second order", said)
        self.ends(INVALID, self.morris, "--second-order")

    def test_morris(self):
        rows = self.rows(self.morris, "--quantity", "leaning", "--quantity", "effect/output")
        with h5py.File(self.morris) as data:
            moved, step = (data[f"design/{name}"][:18].reshape(6, 3) for name in ("moved", "step"))
        for name in "leaning", "effect/output":
            y = self.table(self.morris, name, 3).mean(axis=0)
            effect = np.zeros((6, 2))
            for t in range(6):
                for p in 1, 2:
                    effect[t, moved[t, p]] = (y[t, p] - y[t, p - 1]) / step[t, p]
            for i, factor in enumerate(FACTORS):
                for index, expected in (("mu", effect[:, i].mean()), ("mu_star", abs(effect[:, i]).mean()),
                                        ("sigma", effect[:, i].std(ddof=1))):
                    row = rows[name, index, factor, ""]
                    self.close(row, expected)
                    self.assertEqual((row["blocks"], row["left_out"], row["runs"]), ("6", "0", "36"))
                    self.assertLessEqual(float(row["low"]), float(row["high"]))

    def test_same_again_and_seed(self):
        plain = self.ends(OK, self.sobol, "--format", "csv").stdout
        self.assertEqual(self.ends(OK, self.sobol, "--format", "csv").stdout, plain)
        other = self.rows(self.sobol, "--seed", "2")
        for key, row in self.rows(self.sobol).items():
            self.assertEqual(row["estimate"], other[key]["estimate"])
        self.assertNotEqual(plain, self.ends(OK, self.sobol, "--format", "csv", "--seed", "2").stdout)
        self.assertIn("--seed", self.ends(INVALID, self.sobol, "--seed", "-1").stderr)

    def test_missing_runs_are_left_out_and_counted(self):
        copy = self.changed(self.sobol)
        with h5py.File(copy, "r+") as data:
            data["status"][48 + 4 * 3 + 1] = 1      # block 3 in the second replicate
            data["status"][96 + 4 * 3 + 2] = 1      # the same block in the third
            data["status"][4 * 7] = 2
            data["summaries/leaning"][4 * 11 + 3] = np.nan
        said = self.ends(OK, copy, "--quantity", "leaning")
        self.assertRegex(said.stderr, r"leaning: 3 of 12 blocks are left out \(2 with runs that failed or were not played, "
                                      r"1 with unknown")
        self.assertIn("leaning: 108 runs in 9 of 12 blocks\n", said.stdout)
        keep = [b for b in range(12) if b not in (3, 7, 11)]
        rows = self.rows(copy, "--quantity", "leaning", "--quantity", "output")
        self.sobol_as(rows, "leaning", self.table(copy, "leaning", 4, keep))
        self.assertEqual({(row["blocks"], row["left_out"], row["runs"]) for row in rows.values() if row["quantity"] == "leaning"},
                         {("9", "3", "108")})
        self.sobol_as(rows, "output", self.table(copy, "output", 4, [*keep, 11]))
        with h5py.File(copy, "r+") as data:
            data["status"][4:] = 1
        self.assertIn("needed: at least 2", self.ends(INVALID, copy, "--quantity", "leaning").stderr)
        # without a quantity that is known, the others are told all the same
        copy = self.changed(self.sobol)
        with h5py.File(copy, "r+") as data:
            data["claims/effect"][0] = np.nan
        rows = self.rows(copy)
        self.assertEqual({row["estimate"] for row in rows.values() if row["quantity"] == "one"}, {""})
        self.assertNotIn("", [row["estimate"] for row in rows.values() if row["quantity"] == "two"])
        # few blocks: estimates, no intervals
        with h5py.File(copy, "r+") as data:
            data["status"][16:48] = 1
        rows = self.rows(copy, "--quantity", "output")
        for row in rows.values():
            self.assertEqual((row["low"], row["high"], row["blocks"]), ("", "", "4"))
            self.assertNotEqual(row["estimate"], "")

    def test_replicates_that_were_not_played_everywhere(self):
        """They are left out of all points, and no block is: calm ones would go where a precision was asked for."""
        copy = self.changed(self.sobol)
        with h5py.File(copy, "r+") as data:
            data["status"][96 + 7:] = 2
            data["summaries/leaning"][96 + 7:] = np.nan
        said = self.ends(OK, copy, "--quantity", "leaning")
        self.assertIn("2 of 3 replicates are analyzed", said.stderr)
        self.assertIn("leaning: 96 runs in 12 of 12 blocks\n", said.stdout)
        self.sobol_as(self.rows(copy, "--quantity", "leaning"), "leaning", self.table(self.sobol, "leaning", 4)[:2])

    def test_undefined_is_said(self):
        said = self.ends(OK, self.pairs, "--quantity", "still", "--quantity", "output")
        self.assertIn("still: does not vary", said.stderr)
        part = said.stdout.split("output: ")[0]
        for factor in FACTORS:
            self.assertRegex(part, rf"{factor}( +undefined){{6}}")
        self.assertEqual(said.stdout.count("undefined (one replicate"), 2)
        rows = json.loads(self.ends(OK, self.pairs, "--quantity", "still", "--format", "json").stdout)
        self.assertEqual(len(rows), 8)
        for row in rows:
            self.assertEqual((row["estimate"], row["low"], row["high"], row["runs"]), (None, None, None, 72))
        rows = self.rows(self.pairs, "--quantity", "output")
        for index in "variance", "parameters", "luck", "luck_by_parameters":
            self.assertEqual(rows["output", index, "", ""]["estimate"], "")
        rows = self.rows(self.morris, "--quantity", "still")
        self.assertEqual({row["estimate"] for row in rows.values() if row["index"] != "variance"}, {""})

    def test_what_is_chosen_without_a_word(self):
        copy = self.changed(self.sobol)
        with h5py.File(copy, "r+") as data:
            del data["claims"]
        self.assertEqual({row["quantity"] for row in self.rows(copy).values()}, {"output", "leaning"})
        with h5py.File(copy, "r+") as data:
            data["summaries/output"][5] = np.nan
            data["status"][9] = 1
            data["summaries/leaning"][9] = np.nan
        self.assertEqual({row["quantity"] for row in self.rows(copy).values()}, {"leaning"})
        with h5py.File(copy, "r+") as data:
            data["summaries/leaning"][:] = 1
        self.assertIn("no summary that varies", self.ends(INVALID, copy).stderr)

    def test_text(self):
        said = self.ends(OK, self.morris, "--quantity", "output").stdout
        self.assertRegex(said, r"\AWhich of two matters\nMorris's elementary effects, 2 factors: 18 points x 2 replicates\n\n"
                               r"output: 36 runs in 6 of 6 trajectories\nfactor +mu\* +low +high +mu +low +high +sigma +low +high\n")
        self.assertRegex(said, r"\nOf the variance of a run \([\d.e+-]+\): parameters -?[\d.]+ %, luck -?[\d.]+ %, luck that")
        self.assertTrue(self.ends(OK, self.morris, "-q").stdout.startswith("one: "))
        said = self.ends(OK, self.pairs, "--second-order", "--format", "markdown").stdout
        self.assertIn("### one: 72 runs in 12 of 12 blocks\n\n| factor | first |", said)
        self.assertIn("| factor | with | second |", said)

    def test_refused(self):
        grid = self.dir / "grid.h5"
        self.assertEqual(play("sweep", ROOT / "tests" / "scenarios" / "grid.cfg", "-q", "-o", grid).returncode, OK)
        self.assertIn('design = "sobol" or "morris"', self.ends(INVALID, grid).stderr)
        said = self.ends(INVALID, self.sobol, "--quantity", "leanin", "--quantity", "output").stderr
        self.assertIn("'leanin' is not in the file; did you mean 'leaning'? (allowed: a summary NAME", said)
        for name in "", "baseline/none", "effect/none", "../status", "baseline/summaries/output":
            self.ends(INVALID, self.sobol, "--quantity", name)
        for change in ({"design_samples": "11"}, {"design_samples": "0"}, {"design_samples": "-12"},
                       {"design_factors": "a"}, {"design_second_order": "yes"}):
            copy = self.changed(self.sobol)
            with h5py.File(copy, "r+") as data:
                data.attrs.update(change)
            self.assertIn("do not fit", self.ends(UNREADABLE, copy).stderr, change)
        for name, place, value in (("moved", 2, 5), ("moved", 2, -1), ("moved", 2, None), ("step", 1, 0.0)):
            copy = self.changed(self.morris)
            with h5py.File(copy, "r+") as data:     # None: as the point before, so that one factor moves twice
                data[f"design/{name}"][place] = data["design/moved"][place - 1] if value is None else value
            self.assertIn("do not fit", self.ends(UNREADABLE, copy).stderr, name)
        copy = self.changed(self.morris)
        with h5py.File(copy, "r+") as data:
            del data["design"]
        self.ends(UNREADABLE, copy)
        copy = self.changed(self.sobol)
        with h5py.File(copy, "r+") as data:
            data["point"][:] = data["point"][:][::-1]
        self.ends(UNREADABLE, copy)


if __name__ == "__main__":
    unittest.main()
