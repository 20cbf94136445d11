"""What the runs say: intervals, and the verdict on every claim of a file."""

import math
import re
from collections import Counter

import numpy as np
import pandas as pd

from .result import ResultError, label_axes, single, split

SHARE_SIZE = 0.002      # smallest effect that counts, for shares
RELATIVE_SIZE = 0.005   # the same for everything else, relative to the level of the comparison
SUPPORTED, CONTRARY, SMALL, NOTHING, UNKNOWN = "supported", "not supported", "too small", "no effect", "unknown"

# What a claim may expect: the sign, and whether it only rules out the opposite.
EXPECTED = {"increase": (1, False), "decrease": (-1, False), "not_decrease": (1, True), "not_increase": (-1, True),
            "no_change": (0, False)}


def interval(values, level=0.95):
    """Mean of the runs and its interval by Student's t; no interval (NaN) for fewer than two runs."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if values.size < 2:
        return values.mean() if values.size else np.nan, np.nan, np.nan
    half = _student((1 + level) / 2, values.size - 1) * values.std(ddof=1) / math.sqrt(values.size)
    return values.mean(), values.mean() - half, values.mean() + half


def _student(probability, freedom):
    """The quantile of Student's distribution, above the median, from its density summed in small steps."""
    points = np.linspace(0, 80, 400_001)
    constant = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    density = constant * (1 + points**2 / freedom) ** (-(freedom + 1) / 2)
    steps = (density[1:] + density[:-1]) / 2 * points[1]
    return float(np.interp(probability, 0.5 + np.concatenate([[0], steps.cumsum()]), points))


def verdict(effect, size, expect):
    """The program's verdict on a mean effect, where `size` is the smallest effect that counts."""
    if expect not in EXPECTED or not np.isfinite(effect):
        return UNKNOWN
    sign, bound = EXPECTED[expect]
    if sign == 0 or bound:
        return SUPPORTED if _as_expected(effect, size, expect) else CONTRARY
    if effect == 0:
        return NOTHING
    if effect * sign < 0:
        return CONTRARY
    return SUPPORTED if abs(effect) >= size else SMALL


def _as_expected(effect, size, expect):
    """Whether an effect, or each of an array of them, has the sign that is expected."""
    sign, bound = EXPECTED[expect]
    if sign == 0:
        return (effect == 0) | (abs(effect) < size)
    return (effect == 0) | (effect * sign > -size) if bound else effect * sign > 0


def smallest(share, level, expect):
    """The smallest effect that counts; for claims of no change it is small by both measures."""
    relative = RELATIVE_SIZE * abs(level)
    if expect == "no_change":
        return SHARE_SIZE if share else np.minimum(SHARE_SIZE, relative)
    return SHARE_SIZE if share else relative


def claims_table(result):
    """One row a claim: what it says, its mean effect with intervals, the size that counts, the verdict."""
    if result.claims is None or result.claims.sizes.get("claim", 0) == 0:
        raise ResultError(f"{result.path}: the file holds no claims")
    claims = result.claims
    words = {name: claims[name].values.astype(str) for name in ("text", "quantity", "at", "expect", "versus", "source")
             if name in claims}
    words["id"] = claims["claim"].values.astype(str)
    effects = claims["effect"].transpose("claim", "run").values
    levels = claims["level"].transpose("claim", "run").values
    shares = claims["share"].values.astype(bool)
    rows = []
    for k, (effect, level) in enumerate(zip(effects, levels)):
        row = {name: values[k] for name, values in words.items()}
        level, effect = level[np.isfinite(effect)], effect[np.isfinite(effect)]
        row["effect"], row["low"], row["high"] = interval(effect)
        row["level"] = level.mean() if level.size else np.nan
        row["size"] = smallest(shares[k], row["level"], row["expect"])
        row["verdict"] = verdict(row["effect"], row["size"], row["expect"])
        if effect.size:
            row["run_low"], row["run_high"] = np.quantile(effect, [0.05, 0.95])
        if effect.size and row["expect"] in EXPECTED:
            right = _as_expected(effect, smallest(shares[k], level, row["expect"]), row["expect"])
            row["right_runs"] = np.mean(right)
        rows.append(row)
    order = ["id", "text", "quantity", "at", "expect", "versus", "level", "effect", "low", "high", "run_low",
             "run_high", "size", "right_runs", "verdict", "source"]
    return pd.DataFrame(rows).reindex(columns=order)


def window(result):
    """The dates that the claims speak of most often; without claims the last year."""
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        return Counter(result.claims["at"].values.astype(str)).most_common(1)[0][0]
    labels = result.scenario["quarter" if "quarter" in result.scenario else "time"].values
    return f"{labels[max(0, len(labels) - 4)]}..{labels[-1]}"


def states_of_interest(result, most=5):
    """The states that the claims expect to change: most often named first, of equals the one that changes most.
    Without claims those that change most."""
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        counted, reach = Counter(), Counter()
        for claim in claims_table(result).itertuples():
            name, labels = split(claim.quantity)
            known = name in result.scenario and label_axes(result.scenario[name])[:1] == ["state"]
            if not known or not labels or claim.expect == "no_change":
                continue
            for state in filter(single, re.split(r"[+|]", labels[0])):
                counted[state] += 1
                reach[state] = max(reach[state], _times(claim))
        if counted:
            return sorted(counted, key=lambda state: (-counted[state], -reach[state]))[:most]
    states = [str(state) for state in result.scenario["state"].values]
    if result.baseline is None:
        return states[:most]
    total = np.zeros(len(states))
    for name in state_variables(result):
        change, level = _change(result, name)
        total += np.nan_to_num(np.abs(change) / max(np.nanmax(np.abs(level)), 1e-12))
    return [states[k] for k in np.argsort(-total, kind="stable")[:most]]


def _times(claim):
    """How often the smallest effect that counts goes into the effect of a claim."""
    return abs(claim.effect) / claim.size if claim.size > 0 and np.isfinite(claim.effect) else 0.0


def state_variables(result):
    """Recorded quantities with one number for each run, date and state."""
    return [name for name, array in result.scenario.data_vars.items()
            if array.dims == ("run", "time", "state") and np.issubdtype(array.dtype, np.floating)]


def striking_variables(result, state, most=2):
    """The quantities of a state worth a picture: of those that claims name, the ones that move most, each of another kind.

    Variables whose names begin alike (before the first underscore) are one kind."""
    found = []
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        for claim in sorted(claims_table(result).itertuples(), key=_times, reverse=True):
            name, labels = split(claim.quantity)
            if labels and state in labels[0].split("|") and name in state_variables(result) and name not in found:
                found.append(name)
    if result.baseline is not None:
        others = {}
        for name in state_variables(result):
            change, level = _change(result, name, state)
            others[name] = abs(change) / max(abs(level), 1e-12)
        found += sorted(others, key=lambda name: -np.nan_to_num(others[name]))
    else:
        found += state_variables(result)
    chosen, kinds = [], set()
    for name in found:
        kind = name.split("_")[0]
        if kind not in kinds:
            chosen.append(name)
            kinds.add(kind)
    return chosen[:most]


def _change(result, name, state=None):
    quantity = name if state is None else f"{name}[{state}]"
    axes = ("run", "time")
    change = result.during(result.effect(quantity), window(result)).mean(axes)
    level = result.during(result.values(quantity, result.baseline), window(result)).mean(axes)
    return change.values, level.values
