#!/usr/bin/env python3
"""Play the sweeps of scenarios/sweeps and put what came out into its README.md.

    update_sweeps.py [NAME...]     all sweeps, or those of these names; all take about three minutes on two cores

README.md decides what is played: NAME.cfg for every line  <!-- NAME: generated -->.  What stands there is the answer that the
first lines of the file give, and a table with 95 % intervals over the runs.  The program is build/equipoise, or what
EQUIPOISE names.  update_docs.py says what a generated part is.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equipoise
from equipoise.balance import wilson
from update_docs import updated

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "sweeps"
README = FOLDER / "README.md"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
SPEEDS = {"at_once": "at once", "two_years": "two years", "four_years": "four years", "eight_years": "eight years",
          "late": "at once in 2025"}
SHOWN = ["non-state threat in Uzbekistan", "Uzbekistan with the United States", "Uzbekistan with China"]
MOST = 15       # parameters that go from the analysis by Morris into the one by Sobol'


def names():
    """The sweeps that README.md has a place for, in its order."""
    return re.findall(r"^<!-- (\S+): generated -->$", README.read_text(encoding="utf-8"), re.MULTILINE)


def answer(name):
    """The sentence that the first lines of a sweep give as its answer."""
    head = (FOLDER / f"{name}.cfg").read_text(encoding="utf-8").split("\n\n")[0]
    lines = "\n".join(line.removeprefix("//").strip() for line in head.split("\n"))
    return " ".join(re.search(r"^Answer: (.+?)(?:\n\n|\Z)", lines, re.MULTILINE | re.DOTALL)[1].split())


def parameter(path):
    """What `equipoise parameters` says of one."""
    return next(row for row in json.loads(said("parameters", "--format", "json")) if row["path"] == path)


def part(result, group):
    """A group of a result file, as columns by run."""
    with xr.open_dataset(result.path, engine="h5netcdf", group=group, decode_times=False) as data:
        return {name: data[name].values for name in data.data_vars}


def runs(result):
    """One row a run: its factors by the last name of their paths, its replicate, its summaries."""
    factors = {path.rsplit(".", 1)[-1]: values for path, values in part(result, "parameters").items()}
    try:
        kept = part(result, "summaries")
    except OSError:     # it keeps rows instead
        kept = {}
    return pd.DataFrame(factors | {"replicate": result.scenario["replicate"].values} | kept)


def mean(values):
    """The mean with half the width of its 95 % interval, where runs differ; as many digits as that allows, two to four."""
    values = np.asarray(values, float)
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    if half < 1e-9:
        return f"{values.mean():.3f}"
    digits = int(np.clip(-np.floor(np.log10(half)), 2, 4))
    return f"{values.mean():.{digits}f} ± {max(half, 10.0 ** -digits):.{digits}f}"


def share(happens):
    """A share of runs with its 95 % interval (Wilson 1927)."""
    low, high = wilson(np.sum(happens), len(happens))
    return f"{np.mean(happens):.2f} ({low:.2f}..{high:.2f})"


def table(heads, rows):
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows])


def loans(result):
    """A row for each autonomy: shares with China without and with loans, and from which loans on China is the first power."""
    all_runs = runs(result)
    powers = [str(pole) for pole in result.scenario["pole"].values if pole in all_runs]
    all_runs["first"] = all_runs[powers].idxmax(axis=1) == "CHN"
    most = all_runs["loan"].max()
    rows = []
    for autonomy, group in all_runs.groupby("autonomy"):
        by_loan = {loan: one.sort_values("replicate") for loan, one in group.groupby("loan")}
        chance = {loan: wilson(one["first"].sum(), len(one)) for loan, one in by_loan.items()}
        few = [f"{loan:g}" for loan, (_, high) in chance.items() if high < 0.5]
        many = [f"{loan:g}" for loan, (low, _) in chance.items() if low > 0.5]
        gain = by_loan[most]["CHN"].values - by_loan[0.0]["CHN"].values
        rows.append([f"{autonomy:g}", mean(by_loan[0.0]["CHN"]), mean(by_loan[most]["CHN"]), mean(gain),
                     *(share(by_loan[loan]["first"]) for loan in (0.01, 0.03, most)),
                     f"{few[-1] if few else 'none'} .. {many[0] if many else 'not even ' + format(most, 'g')}",
                     mean(by_loan[most]["leverage[UZB,CHN]_mean"])])
    others = all_runs[[power for power in powers if power != "CHN"]].idxmax(axis=1)
    usual = all_runs[(all_runs["autonomy"] == 2.2) & (all_runs["loan"] == 0.01)]
    told = table(["autonomy", "alignment with China, no loans", f"loans {most:g}", "difference, run by run",
                  "runs with China first, loans 0.01", "loans 0.03", f"loans {most:g}",
                  "loans at which few runs become most", f"leverage of China, loans {most:g}"], rows)
    return (f"{told}\n\nFirst of the other four powers: " +
            ", ".join(f"{power} in {part_of:.2f} of all runs" for power, part_of in others.value_counts(normalize=True).items()) +
            ". Alignment at the settings of the world: " + ", ".join(f"{power} {mean(usual[power])}" for power in powers) + ".")


def withdrawal(result):
    """A row for each way to leave: effects against nobody leaving, run by run, at the default memory of presence."""
    memory = runs(result)["presence_memory"].values
    usual = memory == float(parameter("model.belief.presence_memory")["default"])
    columns = {"non-state threat in Uzbekistan, end of 2025": ("threat_nonstate[UZB]", 2026),
               "end of 2035": ("threat_nonstate[UZB]", 2036),
               "in Tajikistan, end of 2035": ("threat_nonstate[TJK]", 2036),
               "burden of Uzbekistan, % of output": ("burden[UZB]", 2036),
               "its alignment with the United States": ("alignment[UZB,USA]", 2036),
               "with China": ("alignment[UZB,CHN]", 2036), "with Russia": ("alignment[UZB,RUS]", 2036)}
    nobody = {quantity: result.values(quantity).load() for quantity, _ in columns.values()}
    rows, spread = [], {}
    for depth in 25, 50, 75, 100:
        for speed, words in SPEEDS.items():
            branch, cells = result.branches[f"{speed}_{depth}"], []
            for head, (quantity, year) in columns.items():
                effect = (result.values(quantity, branch) - nobody[quantity]) * (100 if "%" in head else 1)
                cells.append(mean(effect.sel(time=year).values[usual]))
                by_memory = [effect.sel(time=[2026, 2036]).values[memory == one].mean(axis=0) for one in np.unique(memory)]
                spread[head] = max(spread.get(head, 0), np.ptp(by_memory, axis=0).max())
            rows.append([f"{depth} %, {words}", *cells])
    most = max(spread, key=spread.get)
    return (table(["how much leaves, and how", *columns], rows)
            + f"\n\nOver the values of `presence_memory` the means at the end of 2025 and of 2035 differ by {spread[most]:.4f} at most "
            f"({most}).")


def decision_rule(result):
    """Two tables: who leaves, for each dominance; and what the rules give, at three of them."""
    all_runs = runs(result)
    words = parameter("institutions.X.decision_rule")["allowed"].removeprefix("one of: ").split()
    all_runs["rule"] = [words[int(number)].replace("_", " ") for number in all_runs["decision_rule"]]
    rules = list(dict.fromkeys(all_runs["rule"]))
    left = all_runs[[name for name in all_runs if name.startswith("membership[")]].notna()
    all_runs["UZB leaves"], all_runs["others leave"] = left.pop("membership[UZB,CSTO]_date"), left.any(axis=1)
    cell = {key: group for key, group in all_runs.groupby(["rule", "leader_dominance"])}
    dominances = sorted(set(all_runs["leader_dominance"]))
    leaving = table(["dominance of the leader", *(f"Uzbekistan leaves, {rule}" for rule in rules), "another leaves, any rule"],
                    [[f"{dominance:g}", *(share(cell[rule, dominance]["UZB leaves"]) for rule in rules),
                      share(all_runs.loc[all_runs["leader_dominance"] == dominance, "others leave"])] for dominance in dominances])
    giving = table(["rule, dominance", "agreement", "override of the others", "worth to Uzbekistan", "provision, 2026-2030",
                    "worth to Kyrgyzstan, 2026-2030", "to Tajikistan"],
                   [[f"{rule}, {dominance:g}", *(mean(cell[rule, dominance][name]) for name in (
                       "agreement[CSTO]_mean", "override", "membership_value[UZB,CSTO]_mean", "provision[CSTO]_mean",
                       "membership_value[KGZ,CSTO]_mean", "membership_value[TJK,CSTO]_mean"))]
                    for rule in rules for dominance in (0.0, 0.5, 1.0)])
    return f"{leaving}\n\n{giving}"


def estimate(row, digits):
    """An estimate with its interval; a zero has no sign."""
    text = "{:.{n}f} ({:.{n}f}..{:.{n}f})".format(row["estimate"], row["low"], row["high"], n=digits)
    return re.sub(r"-(0\.0+)(?!\d)", r"\1", text)


def analyzed(result):
    """What `equipoise analyze` says of every effect: {(quantity, index): rows of factor, estimate, low, high}."""
    words = [word for name in part(result, "summaries") for word in ("--quantity", f"effect/{name}")]
    rows = pd.read_csv(io.StringIO(said("analyze", result.path, "--format", "csv", *words)))
    rows["quantity"] = rows["quantity"].str.removeprefix("effect/")
    return {key: group.set_index("factor") for key, group in rows.groupby(["quantity", "index"], sort=False)}


def effects(result):
    """{quantity: effect of every run}: scenario less baseline."""
    ours, theirs = part(result, "summaries"), part(result, "baseline/summaries")
    return {name: ours[name] - theirs[name] for name in ours}


def morris(result):
    """The parameters with the largest shares of all elementary effects, and three quantities in their own units."""
    mu = {quantity: rows for (quantity, index), rows in analyzed(result).items() if index == "mu_star"}
    shares = pd.DataFrame({quantity: rows["estimate"] / rows["estimate"].sum() for quantity, rows in mu.items()})
    order = shares.mean(axis=1).sort_values(ascending=False)
    rows = [[str(k + 1), f"`{factor}`", f"{order[factor]:.3f}",
             *(estimate(mu[quantity].loc[factor], 3) for quantity in SHOWN)]
            for k, factor in enumerate(order.index[:MOST + 5])]
    return (table(["", "parameter", "share of effects", *SHOWN], rows)
            + f"\n\nThe first {MOST} of {len(order)} parameters have {order.iloc[:MOST].sum():.3f} of all elementary effects.")


def sobol(result):
    """Shares of variance of three quantities, and how their effects spread over the ranges of the parameters."""
    indices = analyzed(result)
    factors = list(indices[SHOWN[0], "total"].index)
    factors.sort(key=lambda factor: -max(indices[quantity, "total"]["estimate"][factor] for quantity in SHOWN))
    rows = [[f"`{factor}`", *(estimate(indices[quantity, index].loc[factor], 2) for quantity in SHOWN for index in ("first", "total"))]
            for factor in factors]
    drawn = result.scenario["point"].values % (len(factors) + 2)
    drawn = (drawn == 0) | (drawn == len(factors) + 1)      # the two points of a block that are drawn
    spread = [[name, f"{effect[drawn].mean():.4f}", f"{np.quantile(effect[drawn], 0.05):.4f}", f"{np.quantile(effect[drawn], 0.95):.4f}",
               f"{max((effect[drawn] > 0).mean(), (effect[drawn] < 0).mean()):.2f}",
               f"{sum(indices[name, 'first']['estimate']):.2f}"] for name, effect in effects(result).items()]
    return (table(["parameter", *(f"{quantity}, {index}" for quantity in SHOWN for index in ("first", "total"))], rows) + "\n\n"
            + table(["effect over the ranges", "mean", "5 %", "95 %", "share with one sign", "sum of first"], spread))


TABLES = {"loans": loans, "withdrawal": withdrawal, "decision-rule": decision_rule, "withdrawal-morris": morris,
          "withdrawal-sobol": sobol}


def said(*words):
    """What the program prints."""
    done = subprocess.run([PROGRAM, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{PROGRAM} {' '.join(map(str, words))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def played(name, room, *options):
    """The text of a sweep, played into a folder."""
    said("sweep", FOLDER / f"{name}.cfg", "-o", Path(room) / f"{name}.h5", "-q", *options)
    with equipoise.open(Path(room) / f"{name}.h5") as result:
        return f"**{answer(name)}**\n\n{TABLES[name](result)}"


def main():
    parts = {}
    with tempfile.TemporaryDirectory() as room:
        for name in sys.argv[1:] or names():
            begun = time.monotonic()
            parts[name] = played(name, room)
            print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)
    README.write_text(updated(README.read_text(encoding="utf-8"), parts), encoding="utf-8")


if __name__ == "__main__":
    main()
