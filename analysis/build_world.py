#!/usr/bin/env python3
"""Build scenarios/worlds/central-asia-2021.cfg from the tables in scenarios/data.

    build_world.py            write the world
    build_world.py --check    compare with the file on disk; exit 1 and print a diff if they differ

Figures that are data come from the tables of data; all else comes from behaviour-2021.csv, where each row
names a path, a value and the claim that it leans on, or "assumption".  A row of that file never replaces
a figure that the data give: the program stops instead.
"""

import argparse
import csv
import difflib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "scenarios" / "data"
WORLD = ROOT / "scenarios" / "worlds" / "central-asia-2021.cfg"

STATES = {
    "UZB": "Uzbekistan", "KAZ": "Kazakhstan", "KGZ": "Kyrgyzstan", "TJK": "Tajikistan", "TKM": "Turkmenistan",
    "AFG": "Afghanistan", "RUS": "Russia", "CHN": "China", "USA": "United States", "TUR": "Turkey",
    "IRN": "Iran", "IND": "India", "PAK": "Pakistan", "EU": "European Union",
}
FIVE = ["UZB", "KAZ", "KGZ", "TJK", "TKM"]
POLES = ["RUS", "CHN", "USA", "EU", "TUR"]
SELECTORS = ["*", "poles", "deciders", "theatre", "region"]   # general before special; states come last
GROUPS = ["geography", "economy", "power", "arms", "security_seeking", "alignment", "threat_perception",
          "spillover", "domestic", "identity", "patron"]
PAIR_ORDER = ["trade_share", "contiguous", "distance", "hostility_anchor", "tie", "loan", "debt",
              "presence", "strategic_need", "worth"]
SHORT = {"trade_share": "trade", "contiguous": "border", "hostility_anchor": "hostility", "strategic_need": "need"}

YEAR = 2021                     # figures of this year where there are any
GROWTH = (2014, 2019)           # trend growth: mean over the five years before the pandemic
SHARE_YEAR = 2020               # last year of the trade data
SHARE_FLOOR = 1e-6              # smallest share of exports: the floor of the model itself

HEADER = """\
// Central Asia and the powers around it at the start of 2021, from data.
//
// Made by analysis/build_world.py from scenarios/data: change the tables there, not this file.
// Sources, terms and citations: scenarios/data/README.md.  Beside each figure stand its source and year.
//   WDI       World Bank, World Development Indicators     COW   Correlates of War
//   BACI      CEPII, trade in goods                        000-07 and the like: a claim of the source texts
// A behavioural number that names a claim leans on it in direction; its size is judgement all the same.
// "assumption" stands where no claim speaks.  Money is in billion US dollars.
"""


def fail(message):
    sys.exit(f"build_world.py: {message}")


def rows(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(value, digits=5):
    """A decimal number with a point, to so many significant digits."""
    text = f"{float(f'{value:.{digits}g}'):.12f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


class World:
    """Facts by place: state and group, pair, body.  A fact is (key, text of the value, source)."""

    def __init__(self):
        self.states = {code: {} for code in STATES}
        self.pairs = {}
        self.bodies = {}

    @staticmethod
    def _add(facts, key, text, source, path):
        if key in facts:
            fail(f"{path} is given twice")
        facts[key] = (text, source)

    def state(self, code, group, key, text, source):
        self._add(self.states[code].setdefault(group, {}), key, text, source, f"states.{code}.{group}.{key}")

    def pair(self, a, b, key, text, source):
        facts = self.pairs.setdefault(a, {}).setdefault(b, {})
        self._add(facts, key, text, source, f"dyads.{a}.{b}.{key}")

    def body(self, code, key, text, source):
        self._add(self.bodies.setdefault(code, {}), key, text, source, f"institutions.{code}.{key}")


# ---- data ------------------------------------------------------------------------------------------------

def trade_flows():
    """Exports from each state to each other, in billion dollars, with their year."""
    return {(r["exporter"], r["importer"]): (float(r["flow_musd"]) / 1e3, int(r["year"])) for r in rows("trade.csv")}


def exports_among_states():
    total = dict.fromkeys(STATES, 0.0)
    for (a, _), (flow, _) in trade_flows().items():
        total[a] += flow
    return total


def add_economy(world):
    """GDP, population, trend growth, openness and military spending; returns GDP in billion dollars.

    Openness counts the exports to the other thirteen states only.  The shares of export are shares of the
    same sum, so that openness * GDP * share gives back the flow of each pair.
    """
    table = {(r["state"], int(r["year"])): r for r in rows("economy.csv")}
    exports = exports_among_states()
    military = {r["state"]: r for r in rows("military.csv")}

    def gdp_of(code, year):
        return float(table[code, year]["gdp_current_usd"]) / 1e9

    gdp = {}
    for code in STATES:
        gdp[code] = gdp_of(code, YEAR)
        world.state(code, "economy", "gdp", number(gdp[code]), f"WDI {YEAR}, current dollars")

        first, last = (table[code, year]["gdp_const2015_usd"] for year in GROWTH)
        if first and last:
            rate = (float(last) / float(first)) ** (1 / (GROWTH[1] - GROWTH[0])) - 1
            world.state(code, "economy", "trend_growth", f"{rate:.4f}",
                        f"WDI, constant dollars, yearly mean {GROWTH[0]}-{GROWTH[1]}")

        sold, made = exports[code], gdp_of(code, SHARE_YEAR)
        world.state(code, "economy", "openness", f"{sold / made:.4f}",
                    f"BACI {SHARE_YEAR}: goods to the thirteen {number(sold, 4)} bn; WDI {SHARE_YEAR}: GDP {number(made, 4)} bn")

        people = float(table[code, YEAR]["population"]) / 1e6
        world.state(code, "power", "population", number(people), f"WDI {YEAR}, million")

        row = military[code]
        year = int(row["year"])
        if row["percent_of_gdp"]:
            burden = float(row["percent_of_gdp"]) / 100
            told = f"WDI {year}: {100 * burden:.2f} % of GDP"
        else:
            money = float(row["spending_kusd"]) / 1e6
            burden = money / gdp_of(code, year)
            told = f"{row['series']}, {year}: {number(money, 4)} bn, {100 * burden:.2f} % of GDP"
        if year != YEAR:
            told += f", taken for {YEAR}"
        world.state(code, "arms", "spending", number(burden * gdp[code], 4), told)
    return gdp


def add_geography(world):
    for row in rows("capitals.csv"):
        source = f"{row['capital']}, rounded"
        world.state(row["state"], "geography", "latitude", row["latitude"], source)
        world.state(row["state"], "geography", "longitude", row["longitude"], source)
    seen = set()
    for row in rows("borders.csv"):
        a, b = row["state"], row["neighbour"]
        if (a, b) not in seen:
            seen.add((a, b))
            by = ", of its members" if "EU" in (a, b) else ""
            world.pair(a, b, "contiguous", "true", f"COW 2016{by}")


def add_trade(world):
    """Shares in the exports to the other thirteen; rows sum to 1."""
    flows, exports = trade_flows(), exports_among_states()
    for a in STATES:
        others = [b for b in STATES if b != a]
        total = exports[a]
        share = {b: max(flows.get((a, b), (0.0, 0))[0] / total, SHARE_FLOOR) for b in others}
        scale = sum(share.values())
        for b in others:
            flow, year = flows.get((a, b), (0.0, SHARE_YEAR))
            source = f"BACI {year}: {number(flow, 4)} of {number(total, 4)} bn"
            if flow / total < SHARE_FLOOR:
                source = f"BACI {year}: next to nothing, floor {SHARE_FLOOR:.6f}"
            world.pair(a, b, "trade_share", f"{share[b] / scale:.7f}", source)


def add_debt(world):
    """Debt to China where the press quotes a figure: an amount, or a share of external debt."""
    table = {(r["state"], int(r["year"])): r for r in rows("economy.csv")}
    for row in rows("debt-china.csv"):
        code, told = row["state"], f"press {row['date']}"
        if row["owed_bn_usd"]:
            owed = float(row["owed_bn_usd"])
        else:
            percent, total, whose = float(row["share_of_external_debt_pct"]), row["external_debt_bn_usd"], ""
            if not total:
                total, whose = float(table[code, SHARE_YEAR]["external_debt_usd"]) / 1e9, f" (WDI {SHARE_YEAR})"
            owed = percent / 100 * float(total)
            told += f": {percent:g} % of {number(float(total), 4)} bn{whose}"
        world.pair(code, "CHN", "debt", number(owed, 4), told)


# ---- behaviour -------------------------------------------------------------------------------------------

def add_behaviour(world, gdp):
    for row in rows("behaviour-2021.csv"):
        path, value, source = row["path"], row["value"], row["source"]
        parts = path.split(".")
        if parts[0] == "states" and len(parts) == 4 and parts[1] in STATES and parts[2] in GROUPS:
            world.state(parts[1], parts[2], parts[3], value, source)
        elif parts[0] == "dyads" and len(parts) == 4:
            a, b, key = parts[1:]
            if any(x not in STATES and x not in SELECTORS for x in (a, b)) or key not in PAIR_ORDER:
                fail(f"behaviour-2021.csv: {path}: no such pair or key")
            if value.endswith(" gdp"):
                part = float(value.split()[0])
                value, source = number(part * gdp[a], 4), f"{part:g} of GDP, {source}"
            world.pair(a, b, key, value, source)
        elif parts[0] == "institutions" and len(parts) >= 3:
            key = ".".join(parts[2:])
            if key == "members":
                value = "[" + ", ".join(f'"{code}"' for code in value.split()) + "]"
            elif key in ("name", "leader", "decision_rule"):
                value = f'"{value}"'
            world.body(parts[1], key, value, source)
        else:
            fail(f"behaviour-2021.csv: {path}: no such path")


# ---- writing ---------------------------------------------------------------------------------------------

def comment(facts, short=None):
    """The sources of a line: once if all are the same, by key otherwise."""
    if len({source for _, _, source in facts}) == 1:
        return facts[0][2]
    by_source = {}
    for key, _, source in facts:
        by_source.setdefault(source, []).append((short or {}).get(key, key))
    assumed = by_source.pop("assumption", [])
    told = [f"{', '.join(keys)} {source}" for source, keys in by_source.items()]
    if assumed:
        told.append(f"{assumed[0] if len(assumed) == 1 else 'else'} assumption")
    return "; ".join(told)


def assignments(facts):
    return " ".join(f"{key} = {text};" for key, text, _ in facts)


def aligned(lines, gap=2):
    """Lines of (code, comment), the comments in one column; very long lines do not push it out."""
    width = max((len(code) for code, _ in lines if len(code) <= 96), default=0)
    return [f"{code:<{width}}{' ' * gap}// {told}" if told else code for code, told in lines]


def strings(codes):
    return "[" + ", ".join(f'"{code}"' for code in codes) + "]"


def write_roles():
    told = "the republics of the texts"
    lines = [
        (f"  poles           = {strings(POLES)};", "002-03, 003E-14"),
        (f'  region          = {{ name = "CA"; members = {strings(FIVE)}; }};', told),
        (f"  theatre         = {strings(FIVE + ['AFG'])};", "with their neighbour, 000-22"),
        ('  reference_place = "UZB";', "001-03, central position"),
        (f"  deciders        = {strings(FIVE)};", told),
        ('  danger_source   = "AFG";', "000-22"),
    ]
    return ["roles = {", *aligned(lines), "};"]


def write_state(code, groups):
    lines = [(f'    name             = "{STATES[code]}";', "")]
    for group in GROUPS:
        if group not in groups:
            continue
        facts = [(key, text, source) for key, (text, source) in groups[group].items()]
        if group != "economy":
            lines.append((f"    {group:<16} = {{ {assignments(facts)} }};", comment(facts)))
            continue
        head = [fact for key in ("gdp", "trend_growth", "openness") for fact in facts if fact[0] == key]
        rest = [fact for fact in facts if fact not in head]
        lines.append((f"    {group:<16} = {{", ""))
        lines += [(f"      {key:<14} = {text};", source) for key, text, source in head]
        if rest:
            lines.append((f"      {assignments(rest)}", comment(rest)))
        lines.append(("    };", ""))
    return [f"  {code} = {{", *aligned(lines), "  };"]


def write_pairs(a, partners):
    order = SELECTORS + list(STATES)
    width = max(len(b) for b in partners)
    lines = []
    for b in sorted(partners, key=order.index):
        facts = [(key, *partners[b][key]) for key in PAIR_ORDER if key in partners[b]]
        lines.append((f"    {b:<{width}} = {{ {assignments(facts)} }};", comment(facts, SHORT)))
    return [f"  {a} = {{", *aligned(lines), "  };"]


def write_body(code, facts):
    lines = []
    scope = [(key.split(".")[1], text, source) for key, (text, source) in facts.items() if key.startswith("scope.")]
    for key, (text, source) in facts.items():
        if not key.startswith("scope."):
            lines.append((f"    {key:<16} = {text};", source))
    if scope:
        lines.append((f"    {'scope':<16} = {{ {assignments(scope)} }};", comment(scope)))
    return [f"  {code} = {{", *aligned(lines), "  };"]


def section(title):
    return ["", f"// ---- {title} " + "-" * max(4, 100 - len(title)), ""]


def build():
    world = World()
    gdp = add_economy(world)
    add_geography(world)
    add_trade(world)
    add_debt(world)
    add_behaviour(world, gdp)

    out = HEADER.splitlines() + [
        "",
        'title       = "Central Asia at the start of 2021";',
        'description = "Five republics, Afghanistan and eight powers around them, from data of 2021 or the latest year before.";',
        "",
    ]
    out += write_roles()
    out += section("states")
    out += ["states = {"]
    for code in STATES:
        out += write_state(code, world.states[code])
    out += ["};"]
    out += section("pairs")
    out += [
        "// General lines first; the later assignment wins.  contiguous, a common land border, and distance hold both ways.",
        "// trade_share: share of the exports of the first to the other thirteen states.  A pair without a flow in",
        f"// {SHARE_YEAR} has the latest flow since 2016, with its year; no share is under {SHARE_FLOOR:.6f}.",
        "// hostility_anchor, tie, loan, debt: the first sees or owes.  presence, strategic_need, worth: of the first in",
        "// the place named second.  distance: from a forward base instead of the capital.",
        "",
        "dyads = {",
    ]
    for a in sorted(world.pairs, key=(SELECTORS + list(STATES)).index):
        out += write_pairs(a, world.pairs[a])
    out += ["};"]
    out += section("bodies: their members among these states")
    out += ["institutions = {"]
    for code, facts in world.bodies.items():
        out += write_body(code, facts)
    out += ["};", "", "model = { };    // every coefficient at its default"]
    return "\n".join(line.rstrip() for line in out) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="compare with the file on disk, write nothing")
    check = options.parse_args().check
    text = build()
    name = WORLD.relative_to(ROOT).as_posix()
    if not check:
        WORLD.parent.mkdir(parents=True, exist_ok=True)
        WORLD.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if not WORLD.exists():
        fail(f"{name} is missing")
    found = WORLD.read_text(encoding="utf-8")
    if found == text:
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        found.splitlines(keepends=True), text.splitlines(keepends=True), name, f"{name}, rebuilt"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
