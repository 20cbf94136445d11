"""Whether a balance survives: tables of a sweep, and the picture of what balancing is worth.

    with equipoise.open("balancing.h5") as result:
        print(balance.markdown(result))         # one row a point of the design: mean and standard error over its runs
        balance.worth(result)                   # the chance that no hegemon arises

Factors and their values come from the file.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

from . import pictures
from .result import ResultError

HEGEMON, SUPERIORITY = "no_hegemon", "model.war.superiority"
AT_THE_END = ["survivors", HEGEMON, "largest", "wars_per_decade", "attack_success", "joiners_per_war"]
ON_AVERAGE = ["pacts_per_state"]        # over all dates, since at the end few are left to have any
COLOURS = [pictures.BLACK, pictures.ORANGE, pictures.GREEN, pictures.BLUE, pictures.PINK, pictures.RED]
DECIDED = ["survivors", HEGEMON]        # what a parameter is asked to decide


def points(result):
    """The design: one row a point, one column a factor, by path."""
    with xr.open_dataset(result.path, engine="h5netcdf", group="parameters", decode_times=False) as factors:
        first = np.unique(result.scenario["point"].values, return_index=True)[1]
        return pd.DataFrame({path: factors[path].values[first] for path in factors.data_vars})


def measures(result):
    """One row a point, columns (measure, "mean" | "error"): mean over its runs, and standard error of the mean."""
    point = result.scenario["point"].values
    columns = {}
    for name in AT_THE_END + ON_AVERAGE:
        array = result.values(name).astype(float)
        values = pd.Series((array.mean("time") if name in ON_AVERAGE else array.isel(time=-1)).values).groupby(point)
        columns[name, "mean"], columns[name, "error"] = values.mean(), values.std(ddof=1) / np.sqrt(values.count())
    return pd.DataFrame(columns)


def changes(design):
    """What each point changes of the first, {path: value}, where no point changes more than one thing; else None."""
    first = design.iloc[0]
    changed = [{path: row[path] for path in design if row[path] != first[path]} for _, row in design.iterrows()]
    return changed if len(design.columns) > 1 and max(map(len, changed)) == 1 else None


def markdown(result, words=None):
    """The table of a sweep.  Where no point changes more than one thing of the first, a row says only what it changes.
    `words`: {path: words of its values 0, 1 ...}, for factors that are words, which the file holds as numbers."""
    design, table, names = points(result), measures(result), AT_THE_END + ON_AVERAGE
    changed, words = changes(design), words or {}

    def text(path, value):
        return words[path][int(value)] if path in words else f"{value:g}"

    if changed is None:
        heads = [_short(path) for path in design]
        rows = [[text(path, row[path]) for path in design] for _, row in design.iterrows()]
    else:
        heads = ["changed"]
        rows = [[" ".join(f"{_short(path)} {text(path, value)}" for path, value in change.items()) or "nothing"]
                for change in changed]
    for row, (_, values) in zip(rows, table.iterrows()):
        row += [_with_error(values[name, "mean"], values[name, "error"]) for name in names]
    return _table(heads + names, rows, ["---"] * len(heads) + ["---:"] * len(names))


def deciding(result):
    """How far the range of each factor moves what is decided, in a design that changes one factor at a time."""
    design, table = points(result), measures(result)
    changed = changes(design)
    if changed is None:
        raise ResultError(f"{result.path}: the sweep does not change one factor at a time")
    rows = []
    for path in design:
        here = [k for k, change in enumerate(changed) if not change or path in change]
        values, spreads = design[path].iloc[here], [float(np.ptp(table[name, "mean"].iloc[here])) for name in DECIDED]
        rows.append([_short(path), f"{values.min():g} .. {values.max():g}", *spreads])
    rows.sort(key=lambda row: -row[2])
    return _table(["parameter", "range"] + [f"spread of {name}" for name in DECIDED],
                  [[*row[:2], f"{row[2]:.1f}", f"{row[3]:.2f}"] for row in rows], ["---", "---"] + ["---:"] * len(DECIDED))


def by_superiority(result, words=None):
    """{superiority: means of what is decided}, of a kind of balancing by its words; without words of all points."""
    design, table = points(result), measures(result)
    return {float(design[SUPERIORITY].iloc[k]): [float(table[name, "mean"].iloc[k]) for name in DECIDED]
            for k in range(len(design)) if words in (None, kind(design.iloc[k]))}


def beside(kinds):
    """Several kinds of world side by side; kinds: {words: {superiority: means of what is decided}}."""
    columns = sorted(set().union(*kinds.values()))
    rows = [[name] + [f"{one[at][0]:.1f}, {one[at][1]:.2f}" if at in one else "-" for at in columns]
            for name, one in kinds.items()]
    return _table([", ".join(DECIDED) + " at superiority"] + [f"{at:g}" for at in columns], rows,
                  ["---"] + ["---:"] * len(columns))


def wilson(successes, runs, z=1.96):
    """Interval of a share: lowest and highest chance under which this many successes are no surprise (Wilson 1927)."""
    share, squared = successes / runs, z * z / runs
    middle = (share + squared / 2) / (1 + squared)
    half = z * math.sqrt(share * (1 - share) / runs + squared / (4 * runs)) / (1 + squared)
    return middle - half, middle + half


def worth(result, axes=None):
    """What balancing is worth: the chance that no hegemon arises against the superiority that attack needs, one line for
    each combination of the other factors, with 95 % intervals."""
    design = points(result)
    if SUPERIORITY not in design:
        raise ResultError(f"{result.path}: the sweep does not vary {SUPERIORITY}")
    point = result.scenario["point"].values
    held = pd.Series(result.values(HEGEMON).isel(time=-1).values.astype(float)).groupby(point)
    won, runs = held.sum().values, held.count().values
    kinds = list(design.groupby(design.columns.drop(SUPERIORITY).tolist(), sort=False).indices.values())
    kinds.sort(key=min)
    with plt.rc_context(pictures.STYLE | {"font.size": 11, "axes.titlesize": 13, "legend.fontsize": 10}):
        axes = plt.figure(figsize=(7, 4.6), layout="constrained").add_subplot() if axes is None else axes
        axes.set_ylim(0, 1.02)
        step = 0.012 * float(np.ptp(design[SUPERIORITY].astype(float)))
        ends = []
        for k, (rows, colour, marker) in enumerate(zip(kinds, COLOURS, pictures.MARKERS)):
            rows = rows[np.argsort(design[SUPERIORITY].values[rows])]
            where = design[SUPERIORITY].values[rows].astype(float) + (k - (len(kinds) - 1) / 2) * step
            low, high = np.transpose([wilson(won[row], runs[row]) for row in rows])
            axes.vlines(where, low, high, color=colour, linewidth=1.1, alpha=0.55)
            axes.plot(where, won[rows] / runs[rows], color=colour, marker=marker, markersize=5, linewidth=1.8)
            ends.append((won[rows[-1]] / runs[rows[-1]], kind(design.iloc[rows[0]]), colour))
        axes.set_xticks(sorted(set(design[SUPERIORITY].astype(float))))
        axes.set_xlabel("superiority that an attacker demands (its force over the defence)")
        axes.set_ylabel("share of worlds without a hegemon")
        axes.grid(False, axis="x")
        axes.set_title("What balancing is worth", loc="left", pad=8)
        pictures._end_labels(axes, float(design[SUPERIORITY].max()) + len(kinds) / 2 * step, ends, size=10)
    return axes


def kind(point):
    """A kind of balancing in words."""
    pacts, join, sent = (point.get(f"model.war.{name}", 0) for name in ("pacts", "join", "expedition"))
    words = (["pacts"] if pacts else []) + ([f"joiners ({join:g})"] if join else [])
    return "\n".join([" and ".join(words) or "no balancing"] + (["with all their force"] if words and sent == 1 else []))


# ---- text --------------------------------------------------------------------------------------------------


def _short(path):
    """A path by what tells it apart: its last name."""
    return path.rsplit(".", 1)[-1]


def _with_error(mean, error):
    """Mean and standard error, with as many digits as the error allows."""
    if not np.isfinite(mean):
        return "-"
    digits = 2 if not error > 0 else int(np.clip(-math.floor(math.log10(error)), 1, 3))
    return f"{mean:.{digits}f} ± {error:.{digits}f}" if np.isfinite(error) else f"{mean:.{digits}f}"


def _table(heads, rows, rule):
    return "\n".join("| " + " | ".join(cells) + " |" if cells is not rule else "|" + "|".join(cells) + "|"
                     for cells in [heads, rule, *rows])
