"""Central Asia and the powers around it, at the start of 2021 and of 1992."""

from worlds.common import aligned, assignments, comment, fail, number, rows, section, strings

STATES = {
    "UZB": "Uzbekistan", "KAZ": "Kazakhstan", "KGZ": "Kyrgyzstan", "TJK": "Tajikistan", "TKM": "Turkmenistan",
    "AFG": "Afghanistan", "RUS": "Russia", "CHN": "China", "USA": "United States", "TUR": "Turkey",
    "IRN": "Iran", "IND": "India", "PAK": "Pakistan", "EU": "European Union",
}
FIVE = ["UZB", "KAZ", "KGZ", "TJK", "TKM"]
POLES = ["RUS", "CHN", "USA", "EU", "TUR"]
SELECTORS = ["*", "poles", "deciders", "theatre", "region"]   # general before special; states come last
GROUPS = ["geography", "economy", "power", "arms", "security_seeking", "alignment", "threat_perception",
          "spillover", "cooperation", "domestic", "identity", "patron"]
PAIR_ORDER = ["trade_share", "contiguous", "distance", "hostility_anchor", "tie", "loan", "debt",
              "presence", "strategic_need", "worth"]
SHORT = {"trade_share": "trade", "contiguous": "border", "hostility_anchor": "hostility", "strategic_need": "need"}

GROWTH = (2014, 2019)           # trend growth of 2021: mean over the five years before the pandemic
SHARE_YEAR = 2020               # last year of the trade data
SHARE_FLOOR = 1e-6              # smallest share of exports of 2021: the floor of the model itself
TRADE_YEARS = "1992-1995"       # of each pair of 1992 the first of these years with a flow

HEADER = """\
// {title}, from data.
//
// Made by analysis/build_world.py from scenarios/data: change the tables there, not this file.
// Sources, terms and citations: scenarios/data/README.md.  Beside each figure stand its source and year.
//   WDI       World Bank, World Development Indicators     COW   Correlates of War
{trade}
// A behavioural number that names a claim leans on it in direction; its size is judgement all the same.
// "assumption" stands where no claim speaks.  Money is in billion US dollars{money}.
"""
CLAIMS = "000-07 and the like: a claim of the source texts"


class World:
    """Facts by place: state and group, pair, body, issue.  A fact is (key, text of the value, source)."""

    def __init__(self):
        self.states = {code: {} for code in STATES}
        self.pairs = {}
        self.bodies = {}
        self.issues = {}

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

    def issue(self, name, key, text, source):
        self._add(self.issues.setdefault(name, {}), key, text, source, f"roles.issues.{name}.{key}")


# ---- data ------------------------------------------------------------------------------------------------

def by_year(name):
    return {(r["state"], int(r["year"])): r for r in rows(name)}


def flows_of(name):
    """Exports from each state to each other, in billion dollars, with their year."""
    return {(r["exporter"], r["importer"]): (float(r["flow_musd"]) / 1e3, int(r["year"])) for r in rows(name)}


def billions(row, column):
    return float(row[column]) / 1e9


def spending(row, year, gdp, gdp_then):
    """Military spending from one row of a military table: its burden times GDP; and its source."""
    told_year = int(row["year"])
    if row["percent_of_gdp"]:
        burden = float(row["percent_of_gdp"]) / 100
        told = f"WDI {told_year}: {100 * burden:.2f} % of GDP"
    else:
        money = float(row["spending_kusd"]) / 1e6
        burden = money / gdp_then
        told = f"{row['series']}, {told_year}: {number(money, 4)} bn, {100 * burden:.2f} % of GDP"
    if told_year != year:
        told += f", taken for {year}"
    return number(burden * gdp, 4), told


def add_economy_2021(world):
    """GDP, population, trend growth, openness and military spending; returns GDP in billion dollars.

    Openness counts the exports to the other thirteen states only.  The shares of export are shares of the
    same sum, so that openness * GDP * share gives back the flow of each pair.
    """
    table, year = by_year("economy.csv"), 2021
    military = {r["state"]: r for r in rows("military.csv")}
    exports = dict.fromkeys(STATES, 0.0)
    for (a, _), (flow, _) in flows_of("trade.csv").items():
        exports[a] += flow
    gdp = {}
    for code in STATES:
        gdp[code] = billions(table[code, year], "gdp_current_usd")
        world.state(code, "economy", "gdp", number(gdp[code]), f"WDI {year}, current dollars")

        first, last = (table[code, y]["gdp_const2015_usd"] for y in GROWTH)
        if first and last:
            rate = (float(last) / float(first)) ** (1 / (GROWTH[1] - GROWTH[0])) - 1
            world.state(code, "economy", "trend_growth", f"{rate:.4f}",
                        f"WDI, constant dollars, yearly mean {GROWTH[0]}-{GROWTH[1]}")

        sold, made = exports[code], billions(table[code, SHARE_YEAR], "gdp_current_usd")
        world.state(code, "economy", "openness", f"{sold / made:.4f}",
                    f"BACI {SHARE_YEAR}: goods to the thirteen {number(sold, 4)} bn; WDI {SHARE_YEAR}: GDP {number(made, 4)} bn")

        people = float(table[code, year]["population"]) / 1e6
        world.state(code, "power", "population", number(people), f"WDI {year}, million")

        row = military[code]
        then = table.get((code, int(row["year"])))
        value, told = spending(row, year, gdp[code], then and billions(then, "gdp_current_usd"))
        world.state(code, "arms", "spending", value, told)
    return gdp


def add_trade_2021(world):
    """Shares in the exports to the other thirteen; rows sum to 1."""
    flows = flows_of("trade.csv")
    for a in STATES:
        others = [b for b in STATES if b != a]
        total = sum(flows[a, b][0] for b in others if (a, b) in flows)
        share = {b: max(flows.get((a, b), (0.0, 0))[0] / total, SHARE_FLOOR) for b in others}
        scale = sum(share.values())
        for b in others:
            flow, year = flows.get((a, b), (0.0, SHARE_YEAR))
            source = f"BACI {year}: {number(flow, 4)} of {number(total, 4)} bn"
            if flow / total < SHARE_FLOOR:
                source = f"BACI {year}: next to nothing, floor {SHARE_FLOOR:.6f}"
            world.pair(a, b, "trade_share", f"{share[b] / scale:.7f}", source)


def add_economy_1992(world):
    """The same figures for 1992, where there are any; what is missing comes from behaviour-1992.csv.

    GDP is in dollars of 2015: at the exchange rates of 1992 the states of the former Union and China would be dwarfs.
    Openness and shares come from flows over the GDP of the flow's own year, both in current dollars.
    """
    table, year = by_year("economy-1992.csv"), 1992
    military = {r["state"]: r for r in rows("military-1992.csv")}
    flows, gdp = flows_of("trade-1992.csv"), {}
    assumed = {path: float(value) for path, (value, _) in behaviour(year).items() if path.endswith(".economy.gdp")}
    for code in STATES:
        row = table[code, year]
        if row["gdp_const2015_usd"]:
            gdp[code] = billions(row, "gdp_const2015_usd")
            world.state(code, "economy", "gdp", number(gdp[code]), f"WDI {year}, dollars of 2015")
        else:
            gdp[code] = assumed[f"states.{code}.economy.gdp"]

        made = {y: billions(table[code, y], "gdp_current_usd") for y in range(1992, 1996)
                if table[code, y]["gdp_current_usd"]}
        sold = {b: flow for (a, b), flow in flows.items() if a == code}
        if made:
            first = min(made)               # no GDP of 1992: the first there is
            part = {b: flow / made.get(y, made[first]) for b, (flow, y) in sold.items()}
            world.state(code, "economy", "openness", f"{sum(part.values()):.4f}",
                        f"COW {TRADE_YEARS}: goods to {len(part)} of the thirteen; WDI: GDP of the same years"
                        + (f", {first} for {year}" if first != year else ""))
        else:
            part = {b: flow for b, (flow, _) in sold.items()}
        total = sum(part.values())
        for b, value in part.items():
            flow, told = sold[b]
            world.pair(code, b, "trade_share", f"{value / total:.7f}", f"COW {told}: {number(flow, 4)} bn")

        world.state(code, "power", "population", number(float(row["population"]) / 1e6), f"WDI {year}, million")
        if code in military:
            arms = military[code]
            value, told = spending(arms, year, gdp[code], made.get(int(arms["year"])))
            world.state(code, "arms", "spending", value, told)
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


def add_debt(world):
    """Debt to China where the press quotes a figure: an amount, or a share of external debt."""
    table = by_year("economy.csv")
    for row in rows("debt-china.csv"):
        code, told = row["state"], f"press {row['date']}"
        if row["owed_bn_usd"]:
            owed = float(row["owed_bn_usd"])
        else:
            percent, total, whose = float(row["share_of_external_debt_pct"]), row["external_debt_bn_usd"], ""
            if not total:
                total, whose = billions(table[code, SHARE_YEAR], "external_debt_usd"), f" (WDI {SHARE_YEAR})"
            owed = percent / 100 * float(total)
            told += f": {percent:g} % of {number(float(total), 4)} bn{whose}"
        world.pair(code, "CHN", "debt", number(owed, 4), told)


# ---- behaviour -------------------------------------------------------------------------------------------

def behaviour(year):
    """Value and source by path.  1992 is 2021 with the rows of its own file; an empty value takes a path out."""
    found = {}
    for row in rows("behaviour-2021.csv"):
        if row["path"] in found:
            fail(f"behaviour-2021.csv: {row['path']} is given twice")
        found[row["path"]] = (row["value"], row["source"])
    seen = set()
    for row in rows(f"behaviour-{year}.csv") if year != 2021 else []:
        path = row["path"]
        if path in seen or not row["value"] and path not in found:
            fail(f"behaviour-{year}.csv: {path} is {'given twice' if path in seen else 'not there to be taken out'}")
        seen.add(path)
        found[path] = (row["value"], row["source"])
        if not row["value"]:
            del found[path]
    return found


def add_behaviour(world, gdp, year):
    for path, (value, source) in behaviour(year).items():
        parts = path.split(".")
        if parts[0] == "states" and len(parts) == 4 and parts[1] in STATES and parts[2] in GROUPS:
            world.state(parts[1], parts[2], parts[3], value, source)
        elif parts[0] == "dyads" and len(parts) == 4:
            a, b, key = parts[1:]
            if any(x not in STATES and x not in SELECTORS for x in (a, b)) or key not in PAIR_ORDER:
                fail(f"{path}: no such pair or key")
            if value.endswith(" gdp"):
                part = float(value.split()[0])
                value, source = number(part * gdp[a], 4), f"{part:g} of GDP, {source}"
            world.pair(a, b, key, value, source)
        elif parts[0] == "institutions" and len(parts) >= 3:
            key = ".".join(parts[2:])
            if key == "members":
                value = strings([] if value == "none" else value.split())
            elif key in ("name", "leader", "decision_rule"):
                value = f'"{value}"'
            world.body(parts[1], key, value, source)
        elif parts[:2] == ["roles", "issues"] and len(parts) == 4:
            world.issue(parts[2], parts[3], value, source)
        else:
            fail(f"{path}: no such path")


# ---- writing ---------------------------------------------------------------------------------------------

def write_issue(name, facts):
    """The fields of one issue: title and bodies on the first line, then the pairs, some to a line."""
    head = f'name = "{name}"; title = "{facts["title"][0]}";'
    lines = []
    if "bodies" in facts:
        head += f' bodies = {strings(facts["bodies"][0].split())};'
    if "common_threat" in facts:
        head += f' common_threat = {facts["common_threat"][0]};'
    lines.append((f"    {{ {head}", "; ".join(dict.fromkeys(s for k, (_, s) in facts.items() if k not in ("pairs", "title")))))
    pairs = [f'"{pair.strip()}"' for pair in facts["pairs"][0].split(",")]
    for first in range(0, len(pairs), 5):
        last = first + 5 >= len(pairs)
        begin = "      pairs = [" if first == 0 else "               "
        lines.append((begin + ", ".join(pairs[first:first + 5]) + ("]; }" if last else ","),
                      facts["pairs"][1] if first == 0 else ""))
    return lines


def write_roles(issues):
    told = "the republics of the texts"
    lines = [
        (f"  poles           = {strings(POLES)};", "002-03, 003E-14"),
        (f'  region          = {{ name = "CA"; members = {strings(FIVE)}; }};', told),
        (f"  theatre         = {strings(FIVE + ['AFG'])};", "with their neighbour, 000-22"),
        ('  reference_place = "UZB";', "001-03, central position"),
        (f"  deciders        = {strings(FIVE)};", told),
        ('  danger_source   = "AFG";', "000-22"),
    ]
    each = [write_issue(name, facts) for name, facts in issues.items()]
    for issue in each[:-1]:
        issue[-1] = (issue[-1][0] + ",", issue[-1][1])
    listed = aligned([line for issue in each for line in issue])
    return ["roles = {", *aligned(lines), "  issues = (", *listed, "  );", "};"]


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


def write_world(world, header, title, description, about_pairs):
    out = header.splitlines() + ["", f'title       = "{title}";', f'description = "{description}";', ""]
    out += write_roles(world.issues)
    out += section("states")
    out += ["states = {"]
    for code in STATES:
        out += write_state(code, world.states[code])
    out += ["};"]
    out += section("pairs")
    out += about_pairs + ["", "dyads = {"]
    for a in sorted(world.pairs, key=(SELECTORS + list(STATES)).index):
        out += write_pairs(a, world.pairs[a])
    out += ["};"]
    out += section("bodies: their members among these states")
    out += ["institutions = {"]
    for code, facts in world.bodies.items():
        out += write_body(code, facts)
    out += ["};", "", "model = { };    // every coefficient at its default"]
    return "\n".join(line.rstrip() for line in out) + "\n"


def build_2021():
    world = World()
    gdp = add_economy_2021(world)
    add_geography(world)
    add_trade_2021(world)
    add_debt(world)
    add_behaviour(world, gdp, 2021)
    header = HEADER.format(title="Central Asia and the powers around it at the start of 2021", money="",
                           trade=f"//   BACI      CEPII, trade in goods                        {CLAIMS}")
    return write_world(
        world, header, "Central Asia at the start of 2021",
        "Five republics, Afghanistan and eight powers around them, from data of 2021 or the latest year before.",
        [
            "// General lines first; the later assignment wins.  contiguous, a common land border, and distance hold both ways.",
            "// trade_share: share of the exports of the first to the other thirteen states.  A pair without a flow in",
            f"// {SHARE_YEAR} has the latest flow since 2016, with its year; no share is under {SHARE_FLOOR:.6f}.",
            "// hostility_anchor, tie, loan, debt: the first sees or owes.  presence, strategic_need, worth: of the first in",
            "// the place named second.  distance: from a forward base instead of the capital.",
        ])


def build_1992():
    world = World()
    gdp = add_economy_1992(world)
    add_geography(world)
    add_behaviour(world, gdp, 1992)
    header = HEADER.format(title="Central Asia and the powers around it at the start of 1992", money=" of 2015",
                           trade=f"//   {CLAIMS}")
    return write_world(
        world, header, "Central Asia at the start of 1992",
        "The fourteen states of 2021 at the end of the Soviet Union, from data of 1992 or the first year there is.",
        [
            "// General lines first; the later assignment wins.  contiguous, a common land border, and distance hold both ways.",
            f"// trade_share: of the exports of the first to the states of the model, in the first of {TRADE_YEARS} with a",
            "// flow, over the GDP of that year.  A pair without a flow is not here: the model gives it a part by gravity.",
            "// hostility_anchor, tie: the first sees.  presence, strategic_need, worth: of the first in the place named",
            "// second.  distance: from a forward base instead of the capital.  No loans and no debts.",
        ])
