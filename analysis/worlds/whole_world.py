"""All states with data at the start of 2018.  No region, no theatre, no bodies: defaults, and what data give."""

from worlds.common import assignments, comment, fail, number, rows, section, strings

YEAR, SHARE_YEAR = 2018, 2020
GROWTH = (2013, 2018)
LARGEST = 5                                                 # so many largest by CINC are poles ...
PERMANENT = ["USA", "CHN", "RUS", "GBR", "FRA"]             # ... and the permanent members of the Security Council
GROWTH_BY_INCOME = [(2000, 0.045), (15000, 0.035), (float("inf"), 0.020)]    # GDP per head under, dollars -> growth
OPENNESS_MOST = 1.0
SHARE_LEAST = 0.01                                          # smaller flows go by gravity
CEILING, FLOOR = 0.10, 0.002                                # the model's default range of the military burden
CEILING_NEAR = 0.065                                        # burdens from here on get a ceiling of their own,
CEILING_FACTOR = 1.5                                        # ... so many times as high
OFFENSIVE_LIKE_EU = ["GBR", "FRA", "JPN"]
HOSTILITY = "0.25"

HEADER = """\
// The whole world at the start of 2018, from data: {count} states.
//
// Made by analysis/build_world.py from scenarios/data: change the tables there, not this file.
// Sources, terms, citations and rules: scenarios/data/README.md.  After each line stand its sources:
//   WDI    World Bank, World Development Indicators: gdp, growth in constant dollars (2013-2018)
//   BACI   CEPII, trade in goods 2020: openness, trade_share
//   COW    Correlates of War: population and military spending (2018), land borders (2016)
//   000-07 and the like: a claim of the source texts
//   rule   stated in scenarios/data/README.md, an assumption        assumption: judgement
// Capitals are rounded.  Money is in billion US dollars, population in millions.  Everything else is at its default.
"""


def poles(states):
    largest = sorted(states, key=lambda code: -float(states[code]["cinc"]))[:LARGEST]
    return PERMANENT + [code for code in largest if code not in PERMANENT]


def behaviour():
    """Disposition and militancy, by group, of the states that the world of 2021 has, with its claims; others are at
    the default, but for the disposition of those that follow the union."""
    found = {}
    for row in rows("behaviour-2021.csv"):
        parts = row["path"].split(".")
        if parts[0] == "states" and (parts[2] == "spillover" or parts[2:] == ["security_seeking", "offensive"]):
            found.setdefault(parts[1], {}).setdefault(parts[2], []).append((parts[3], row["value"], row["source"]))
    _, union, _ = found.pop("EU")["security_seeking"][0]
    found.update({code: {"security_seeking": [("offensive", union, "rule")]} for code in OFFENSIVE_LIKE_EU})
    return found


def growth(row):
    first, last = row["gdp_2013_const2015_usd"], row["gdp_2018_const2015_usd"]
    if first and last:
        return (float(last) / float(first)) ** (1 / (GROWTH[1] - GROWTH[0])) - 1, "WDI"
    income = float(row["gdp_2018_usd"]) / (float(row["population_k"]) * 1e3)
    return next(rate for most, rate in GROWTH_BY_INCOME if income < most), "rule"


def military_burden(row):
    """Share of GDP, and source: of 2018, or of the last year before for which there is a figure."""
    year = int(row["military_year"])
    if row["military_percent_of_gdp"]:
        return float(row["military_percent_of_gdp"]) / 100, f"WDI {year}"
    money = float(row["military_kusd"]) * 1e3
    return money / float(row["military_gdp_usd"] or row["gdp_2018_usd"]), "COW" if year == YEAR else f"COW {year}"


def write_state(code, row, behaves):
    gdp = float(row["gdp_2018_usd"]) / 1e9
    rate, rate_source = growth(row)
    burden, burden_source = military_burden(row)
    economy = [("gdp", number(gdp), "WDI"), ("trend_growth", f"{rate:.4f}", rate_source)]
    if row["exports_musd"]:
        made = float(row["gdp_2020_usd"] or row["gdp_2018_usd"]) / 1e6
        open_ = float(row["exports_musd"]) / made
        economy.append(("openness", f"{min(open_, OPENNESS_MOST):.4f}", "BACI" if open_ <= OPENNESS_MOST else "rule"))
    seeking = list(behaves.get("security_seeking", []))
    if burden >= CEILING_NEAR:
        seeking.append(("burden_ceiling", number(CEILING_FACTOR * burden, 3), "rule"))
    if burden < FLOOR:
        seeking.append(("burden_floor", number(burden, 4), "rule"))
    groups = {
        "geography": [("latitude", f"{float(row['latitude'])}", row["capital"]),
                      ("longitude", f"{float(row['longitude'])}", row["capital"])],
        "economy": economy,
        "power": [("population", number(float(row["population_k"]) / 1e3), "COW")],
        "arms": [("spending", number(burden * gdp, 4), burden_source)],
        "security_seeking": seeking,
        "spillover": behaves.get("spillover", []),
    }
    text = " ".join(f"{group} = {{ {assignments(facts)} }};" for group, facts in groups.items() if facts)
    facts = [fact for listed in groups.values() for fact in listed]
    told = comment(facts[2:], {"trend_growth": "growth"})
    return f'  {code} = {{ name = "{row["name"]}"; {text} }};  // {row["capital"]}; {told}'


def pairs(states):
    """Facts of ordered pairs: trade shares, borders, hostility."""
    found = {}

    def add(a, b, key, text, source):
        if a not in states or b not in states:
            fail(f"{a}-{b}: {key}: no such state")
        found.setdefault(a, {}).setdefault(b, {})[key] = (text, source)

    for row in rows("world-trade.csv"):
        share = float(row["flow_musd"]) / float(states[row["exporter"]]["exports_musd"])
        if share >= SHARE_LEAST:
            cut = int(share * 1e4) / 1e4        # not rounded, so that no row sums to more than 1
            add(row["exporter"], row["importer"], "trade_share", f"{cut:.4f}", "BACI")
    for row in rows("world-borders.csv"):
        add(row["state"], row["neighbour"], "contiguous", "true", "COW")
    for row in rows("world-hostility.csv"):         # by hand
        add(row["state"], row["other"], "hostility_anchor", row["anchor"], row["source"])
        if row["both"] == "yes":
            add(row["other"], row["state"], "hostility_anchor", row["anchor"], row["source"])
    return found


def build():
    states = {row["state"]: row for row in rows("world-states.csv")}
    behaves = behaviour()
    out = HEADER.format(count=len(states)).splitlines() + [
        "",
        'title       = "The world at the start of 2018";',
        f'description = "{len(states)} states with data on output, population, arms and trade.";',
        "",
        f"roles = {{ poles = {strings(poles(states))}; }};    // permanent members, and the five largest by CINC 2018",
    ]
    out += section("states")
    out += ["states = {"]
    out += [write_state(code, row, behaves.get(code, {})) for code, row in states.items()]
    out += ["};"]
    out += section("pairs")
    out += [
        "// trade_share: share in the exports of the first to the states of this file; flows under 1 % are left to gravity.",
        "// contiguous holds both ways.  hostility_anchor: how the first sees the second; 0.25 where nothing is said.",
        "",
        "dyads = {",
        f"  * = {{ * = {{ hostility_anchor = {HOSTILITY}; }}; }};  // assumption",
    ]
    listed = pairs(states)
    for a in states:
        if a not in listed:
            continue
        out.append(f"  {a} = {{")
        for b in sorted(listed[a]):
            facts = [(key, *listed[a][b][key]) for key in ("trade_share", "contiguous", "hostility_anchor")
                     if key in listed[a][b]]
            told = "; ".join(dict.fromkeys(source for _, _, source in facts))
            out.append(f"    {b} = {{ {assignments(facts)} }};  // {told}")
        out.append("  };")
    out += ["};", "", "model = { };    // every coefficient at its default"]
    return "\n".join(out) + "\n"
