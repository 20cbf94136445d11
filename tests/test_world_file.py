#!/usr/bin/env python3
"""The shipped world follows from its tables, and every number in it says where it comes from."""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "scenarios" / "data"
WORLD = ROOT / "scenarios" / "worlds" / "central-asia-2021.cfg"
BUILD = ROOT / "analysis" / "build_world.py"
STATES = "UZB KAZ KGZ TJK TKM AFG RUS CHN USA TUR IRN IND PAK EU".split()


def table(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def code_and_comment(line):
    """A line without its strings, split at the comment."""
    code, _, comment = re.sub(r'"[^"]*"', '""', line).partition("//")
    return code, comment.strip()


def block(lines, start, indent):
    """The lines inside the group that begins with the line `start`."""
    first = lines.index(start) + 1
    return lines[first:lines.index(" " * indent + "};", first)]


class WorldFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = WORLD.read_text(encoding="utf-8").splitlines()
        cls.dyads = block(cls.lines, "dyads = {", 0)
        cls.states = block(cls.lines, "states = {", 0)

    def pair_facts(self, key):
        """All numbers of one key, by pair of states."""
        found = {}
        for a in STATES:
            for line in block(self.dyads, f"  {a} = {{", 2):
                code, _ = code_and_comment(line)
                value = re.search(rf"\b{key} = ([-\d.]+|true);", code)
                if value:
                    found[a, code.split()[0]] = value.group(1)
        return found

    def state_fact(self, state, key):
        """The first figure of that name: of the economy for openness, which politics has too."""
        for line in block(self.states, f"  {state} = {{", 2):
            value = re.search(rf"\b{key} += ([-\d.]+);", code_and_comment(line)[0])
            if value:
                return float(value.group(1))
        return self.fail(f"{state} has no {key}")

    @staticmethod
    def check(program):
        return subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)

    def test_follows_from_the_tables(self):
        run = self.check(BUILD)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_check_finds_a_changed_figure(self):
        with tempfile.TemporaryDirectory() as copy:
            for part in (BUILD, WORLD):
                (Path(copy) / part.relative_to(ROOT)).parent.mkdir(parents=True)
                shutil.copy(part, Path(copy) / part.relative_to(ROOT))
            shutil.copytree(DATA, Path(copy) / DATA.relative_to(ROOT))
            world = Path(copy) / WORLD.relative_to(ROOT)
            world.write_text(world.read_text(encoding="utf-8").replace("debt = 1.2;", "debt = 1.3;"), encoding="utf-8")
            run = self.check(Path(copy) / BUILD.relative_to(ROOT))
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stdout, r"(?m)^-.*debt = 1\.3;")
        self.assertRegex(run.stdout, r"(?m)^\+.*debt = 1\.2;")

    def test_every_number_has_a_source(self):
        for number, line in enumerate(self.lines, 1):
            code, comment = code_and_comment(line)
            if re.search(r"= *(-?\d|true|false)", code):
                self.assertTrue(comment, f"line {number} has a figure without a source: {line}")

    def test_export_shares_are_complete_and_sum_to_one(self):
        shares = defaultdict(dict)
        for (a, b), value in self.pair_facts("trade_share").items():
            shares[a][b] = float(value)
        for a in STATES:
            self.assertEqual(sorted(shares[a]), sorted(b for b in STATES if b != a))
            self.assertAlmostEqual(sum(shares[a].values()), 1.0, delta=1e-6)
            self.assertGreaterEqual(min(shares[a].values()), 1e-6)

    def test_flows_come_back(self):
        """Openness times GDP of 2020 times share is the flow of the trade table."""
        gdp = {r["state"]: float(r["gdp_current_usd"]) / 1e6 for r in table("economy.csv") if r["year"] == "2020"}
        shares = self.pair_facts("trade_share")
        for row in table("trade.csv"):
            a, b, flow = row["exporter"], row["importer"], float(row["flow_musd"])
            if flow > 100:
                told = self.state_fact(a, "openness") * gdp[a] * float(shares[a, b])
                self.assertAlmostEqual(told / flow, 1.0, delta=0.01, msg=f"{a} to {b}")

    def test_figures_of_the_states(self):
        economy = {(r["state"], r["year"]): r for r in table("economy.csv")}
        for state in STATES:
            row = economy[state, "2021"]
            self.assertAlmostEqual(self.state_fact(state, "gdp") / (float(row["gdp_current_usd"]) / 1e9), 1, delta=1e-4)
            self.assertAlmostEqual(self.state_fact(state, "population") / (float(row["population"]) / 1e6), 1, delta=1e-4)
        for row in table("military.csv"):
            if row["percent_of_gdp"]:
                burden = self.state_fact(row["state"], "spending") / self.state_fact(row["state"], "gdp")
                self.assertAlmostEqual(100 * burden / float(row["percent_of_gdp"]), 1, delta=1e-3)

    def test_borders_are_those_of_the_table(self):
        written = {frozenset(pair) for pair in self.pair_facts("contiguous")}
        self.assertEqual(written, {frozenset((r["state"], r["neighbour"])) for r in table("borders.csv")})

    def test_debt_of_tajikistan(self):
        self.assertEqual(float(self.pair_facts("debt")["TJK", "CHN"]), 1.2)


if __name__ == "__main__":
    unittest.main()
