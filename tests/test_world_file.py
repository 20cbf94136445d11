#!/usr/bin/env python3
"""The shipped worlds follow from their tables, and every number in them says where it comes from.

With the program in EQUIPOISE, the worlds are read by it too.
"""

import csv
import os
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
WORLDS = ROOT / "scenarios" / "worlds"
NAMES = ["central-asia-1992", "central-asia-2021", "world-2018"]
BUILD = ROOT / "analysis" / "build_world.py"
MODULES = ROOT / "analysis" / "worlds"
EQUIPOISE = os.environ.get("EQUIPOISE")
STATES = "UZB KAZ KGZ TJK TKM AFG RUS CHN USA TUR IRN IND PAK EU".split()
MOST_SETTINGS, MOST_BYTES = 10000, 1 << 20      # of the program's reader


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


def check(program, *worlds):
    return subprocess.run([sys.executable, str(program), "--check", *worlds], capture_output=True, text=True, check=False)


class Files(unittest.TestCase):
    """What holds for every world."""

    def each(self):
        for name in NAMES:
            with self.subTest(world=name):
                yield name, (WORLDS / f"{name}.cfg").read_text(encoding="utf-8")

    def test_follow_from_the_tables(self):
        run = check(BUILD)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_check_finds_a_changed_figure(self):
        with tempfile.TemporaryDirectory() as copy:
            for part in (MODULES, DATA, WORLDS):
                shutil.copytree(part, Path(copy) / part.relative_to(ROOT))
            shutil.copy(BUILD, Path(copy) / BUILD.relative_to(ROOT))
            world = Path(copy) / WORLDS.relative_to(ROOT) / "central-asia-2021.cfg"
            world.write_text(world.read_text(encoding="utf-8").replace("debt = 1.2;", "debt = 1.3;"), encoding="utf-8")
            program = Path(copy) / BUILD.relative_to(ROOT)
            run, other = check(program), check(program, "central-asia-1992")
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stdout, r"(?m)^-.*debt = 1\.3;")
        self.assertRegex(run.stdout, r"(?m)^\+.*debt = 1\.2;")
        self.assertEqual(other.returncode, 0, other.stdout + other.stderr)

    def test_every_number_has_a_source(self):
        for _, text in self.each():
            for number, line in enumerate(text.splitlines(), 1):
                code, comment = code_and_comment(line)
                if re.search(r"= *(-?\d|true|false)", code):
                    self.assertTrue(comment, f"line {number} has a figure without a source: {line}")

    def test_every_pair_of_an_issue_has_a_source(self):
        for name, text in self.each():
            pairs = [line for line in text.splitlines() if "pairs = [" in line]
            self.assertEqual(len(pairs), 0 if name == "world-2018" else 3)
            for line in pairs:
                self.assertTrue(code_and_comment(line)[1], line)

    def test_stay_under_the_limits_of_the_reader(self):
        for _, text in self.each():
            settings = sum(code_and_comment(line)[0].count("=") for line in text.splitlines())
            self.assertLess(settings, MOST_SETTINGS)
            self.assertLess(len(text.encode()), MOST_BYTES)

    def test_tables_are_as_long_as_said(self):
        told = re.findall(r"(?m)^\| `([\w-]+\.csv)` \| (\d+) \|", (DATA / "README.md").read_text(encoding="utf-8"))
        self.assertEqual({name: int(count) for name, count in told}, {p.name: len(table(p.name)) for p in DATA.glob("*.csv")})

    def test_behaviour_names_its_sources(self):
        texts = re.compile(r"\.(name|title|members|leader)$")
        for name in ("behaviour-2021.csv", "behaviour-1992.csv"):
            for row in table(name):
                if not texts.search(row["path"]):
                    self.assertTrue(row["source"], f"{name}: {row['path']}")
        self.assertTrue(all(row["source"] for row in table("world-hostility.csv")))

    @unittest.skipUnless(EQUIPOISE, "no program in EQUIPOISE")
    def test_load(self):
        for name in NAMES:
            with self.subTest(world=name):
                run = subprocess.run([EQUIPOISE, "validate", str(WORLDS / f"{name}.cfg")],
                                     capture_output=True, text=True, check=False)
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                self.assertNotRegex(run.stdout + run.stderr, "warning")


class CentralAsia:
    """What holds for both worlds of Central Asia."""
    name = None

    @classmethod
    def setUpClass(cls):
        cls.lines = (WORLDS / f"{cls.name}.cfg").read_text(encoding="utf-8").splitlines()
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

    def state_fact(self, state, key, group=None):
        """The first figure of that name: of the economy for openness, which politics has too."""
        for line in block(self.states, f"  {state} = {{", 2):
            value = re.search(rf"\b{key} += ([-\d.]+);", code_and_comment(line)[0])
            if value and (group is None or line.split()[0] == group):
                return float(value.group(1))
        return None

    def body_fact(self, body, key):
        for line in block(block(self.lines, "institutions = {", 0), f"  {body} = {{", 2):
            value = re.match(rf" +{key} += (.+?);", line)
            if value:
                return value.group(1)
        return None

    def test_borders_are_those_of_the_table(self):
        written = {frozenset(pair) for pair in self.pair_facts("contiguous")}
        self.assertEqual(written, {frozenset((r["state"], r["neighbour"])) for r in table("borders.csv")})

    def test_populations(self):
        economy = {(r["state"], r["year"]): r for r in table(self.economy)}
        for state in STATES:
            people = float(economy[state, self.name[-4:]]["population"]) / 1e6
            self.assertAlmostEqual(self.state_fact(state, "population") / people, 1, delta=1e-4)

    def test_burdens_are_those_of_the_table(self):
        for row in table(self.military):
            if row["percent_of_gdp"]:
                burden = self.state_fact(row["state"], "spending") / self.state_fact(row["state"], "gdp")
                self.assertAlmostEqual(100 * burden / float(row["percent_of_gdp"]), 1, delta=1e-3)

    def test_issues(self):
        roles = "\n".join(block(self.lines, "roles = {", 0))
        self.assertEqual(re.findall(r'name = "(\w+)"; title', roles), ["water", "border", "ct"])
        pairs = [re.findall(r'"(\w{3} \w{3})"', part) for part in roles.split("pairs = ")[1:]]
        self.assertEqual([len(p) for p in pairs], [5, 4, 13])
        self.assertEqual(len(set(pairs[2])), 13)
        self.assertEqual(self.body_fact("IFAS", "members"), "[]")

    def test_shadow_of_the_future(self):
        found = {state: self.state_fact(state, "shadow_of_the_future") for state in STATES}
        self.assertEqual({k: v for k, v in found.items() if v}, {"KGZ": 0.75, "TJK": 0.75, "AFG": 0.6})


class CentralAsia2021(CentralAsia, unittest.TestCase):
    name, economy, military = "central-asia-2021", "economy.csv", "military.csv"

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

    def test_gdp(self):
        for row in table("economy.csv"):
            if row["year"] == "2021":
                self.assertAlmostEqual(self.state_fact(row["state"], "gdp") / (float(row["gdp_current_usd"]) / 1e9), 1, delta=1e-4)

    def test_debt_of_tajikistan(self):
        self.assertEqual(float(self.pair_facts("debt")["TJK", "CHN"]), 1.2)


class CentralAsia1992(CentralAsia, unittest.TestCase):
    name, economy, military = "central-asia-1992", "economy-1992.csv", "military-1992.csv"

    def test_gdp_is_in_dollars_of_2015(self):
        missing = []
        for row in table("economy-1992.csv"):
            if row["year"] == "1992" and row["gdp_const2015_usd"]:
                told = float(row["gdp_const2015_usd"]) / 1e9
                self.assertAlmostEqual(self.state_fact(row["state"], "gdp") / told, 1, delta=1e-4)
            elif row["year"] == "1992":
                missing.append(row["state"])
        self.assertEqual(missing, ["AFG", "EU"])

    def test_shares_are_those_with_a_flow(self):
        shares, total = self.pair_facts("trade_share"), defaultdict(float)
        self.assertEqual(set(shares), {(r["exporter"], r["importer"]) for r in table("trade-1992.csv")})
        for (a, _), value in shares.items():
            total[a] += float(value)
        for a in STATES:
            self.assertAlmostEqual(total[a], 1.0, delta=1e-6)

    def test_flows_come_back(self):
        """Openness times share times GDP of the flow's own year, in current dollars, is the flow."""
        gdp = {(r["state"], r["year"]): float(r["gdp_current_usd"] or 0) / 1e6 for r in table("economy-1992.csv")}
        shares = self.pair_facts("trade_share")
        for row in table("trade-1992.csv"):
            a, b, flow = row["exporter"], row["importer"], float(row["flow_musd"])
            made = gdp[a, row["year"]] or gdp[a, "1993"]
            if flow > 20 and made:
                told = self.state_fact(a, "openness") * made * float(shares[a, b])
                self.assertAlmostEqual(told / flow, 1.0, delta=0.01, msg=f"{a} to {b}")

    def test_no_loans_and_no_debts(self):
        text = "\n".join(code_and_comment(line)[0] for line in self.dyads)
        self.assertNotRegex(text, r"\b(loan|debt)\b")

    def test_bodies_of_1992(self):
        for body in ("CIS", "CSTO"):
            self.assertEqual(self.body_fact(body, "members"), '["RUS", "KAZ", "KGZ", "TJK", "UZB"]')
            self.assertEqual(self.body_fact(body, "open"), "true")
        self.assertEqual(self.body_fact("SCO", "members"), "[]")
        self.assertIsNone(self.body_fact("SCO", "open"))
        self.assertEqual(self.body_fact("SCO", "effectiveness"), "0.6")
        self.assertNotIn("  EAEU = {", self.lines)

    def test_patrons_of_1992(self):
        self.assertEqual(self.state_fact("USA", "conditionality"), 0.8)
        for state, rate in (("RUS", 4.8e-5), ("CHN", 4.8e-5), ("USA", 1.6e-4)):
            self.assertAlmostEqual(self.state_fact(state, "influence_rate"), rate)
        code = "\n".join(code_and_comment(line)[0] for line in block(self.dyads, "  RUS = {", 2))
        self.assertEqual(re.findall(r"presence = ([\d.]+);", code), ["0.45"])

    def test_hostility_of_uzbekistan(self):
        anchors = self.pair_facts("hostility_anchor")
        for pair, value in {("UZB", "RUS"): 0.42, ("UZB", "USA"): 0.20, ("UZB", "CHN"): 0.30, ("TJK", "UZB"): 0.50,
                            ("UZB", "KGZ"): 0.40, ("TKM", "UZB"): 0.35, ("KAZ", "UZB"): 0.30}.items():
            self.assertEqual(float(anchors[pair]), value)


class World2018(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = (WORLDS / "world-2018.cfg").read_text(encoding="utf-8").splitlines()
        cls.table = {row["state"]: row for row in table("world-states.csv")}
        cls.written = {line.split()[0]: line.partition("//")[0] for line in block(cls.lines, "states = {", 0)}
        cls.pairs, a = {}, None
        for line in block(cls.lines, "dyads = {", 0):
            code = line.partition("//")[0]
            if line.startswith("    "):
                cls.pairs[a, code.split()[0]] = dict(re.findall(r"(\w+) = ([\w.]+);", code))
            elif code.split()[0] != "*":
                a = code.split()[0]

    def figure(self, state, key):
        found = re.search(rf"\b{key} = ([-\d.]+);", self.written[state])
        return float(found[1]) if found else None

    def test_one_line_a_state(self):
        self.assertEqual(list(self.written), list(self.table))
        self.assertGreater(len(self.written), 160)

    def test_figures_of_the_states(self):
        for state, row in self.table.items():
            gdp = float(row["gdp_2018_usd"]) / 1e9
            self.assertAlmostEqual(self.figure(state, "gdp") / gdp, 1, delta=1e-4)
            self.assertAlmostEqual(self.figure(state, "population") / (float(row["population_k"]) / 1e3), 1, delta=1e-4)
            self.assertEqual(self.figure(state, "latitude"), float(row["latitude"]))
            if row["military_kusd"] and row["military_year"] == "2018":
                self.assertAlmostEqual(self.figure(state, "spending"), float(row["military_kusd"]) / 1e6, delta=5e-4 * gdp / 10)
            self.assertLess(self.figure(state, "spending") / gdp, self.figure(state, "burden_ceiling") or 0.10)
            self.assertLessEqual(self.figure(state, "openness") or 0, 1)

    def test_poles_are_permanent_members_and_the_five_largest(self):
        poles = re.findall(r'"(\w{3})"', next(line for line in self.lines if "poles" in line))
        largest = sorted(self.table, key=lambda s: -float(self.table[s]["cinc"]))[:5]
        self.assertEqual(set(poles), {"USA", "CHN", "RUS", "GBR", "FRA", *largest})
        self.assertEqual(len(poles), 7)

    def test_shares_are_those_of_the_table(self):
        shares = {pair: float(facts["trade_share"]) for pair, facts in self.pairs.items() if "trade_share" in facts}
        flows = {(r["exporter"], r["importer"]): float(r["flow_musd"]) for r in table("world-trade.csv")}
        self.assertEqual(set(shares), set(flows))
        total = defaultdict(float)
        for (a, b), share in shares.items():
            self.assertAlmostEqual(share, flows[a, b] / float(self.table[a]["exports_musd"]), delta=1.01e-4)
            self.assertGreaterEqual(share, 0.01)
            total[a] += share
        self.assertLessEqual(max(total.values()), 1)
        self.assertGreater(min(total.values()), 0.5)

    def test_borders_are_those_of_the_table(self):
        written = {frozenset(pair) for pair, facts in self.pairs.items() if "contiguous" in facts}
        self.assertEqual(written, {frozenset((r["state"], r["neighbour"])) for r in table("world-borders.csv")})

    def test_hostility_is_told(self):
        told = {}
        for row in table("world-hostility.csv"):
            told[row["state"], row["other"]] = float(row["anchor"])
            if row["both"] == "yes":
                told[row["other"], row["state"]] = float(row["anchor"])
        written = {pair: float(f["hostility_anchor"]) for pair, f in self.pairs.items() if "hostility_anchor" in f}
        self.assertEqual(written, told)


if __name__ == "__main__":
    unittest.main()
