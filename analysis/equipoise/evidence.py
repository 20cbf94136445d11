"""What the runs say: intervals, and the verdict on every claim of a file."""

from collections import Counter

import numpy as np
import pandas as pd

from .result import ResultError, label_axes, split

SHARE_SIZE = 0.002      # smallest difference that counts, for shares
RELATIVE_SIZE = 0.005   # the same for everything else, relative to the level of the comparison
HOLDS, SMALL, AGAINST, OPEN = "holds", "too small", "contradicted", "not judged"


def interval(values, level=0.95, draws=2000):
    """Mean of the runs and its bootstrap interval; no interval (NaN) for fewer than two runs."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return np.nan, np.nan, np.nan
    if values.size == 1:
        return values[0], np.nan, np.nan
    rng = np.random.default_rng(1)      # the same file always gives the same interval
    means = rng.choice(values, (draws, values.size)).mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return values.mean(), low, high


# What a claim may expect: the sign, and whether it only rules out the opposite.
EXPECTED = {"increase": (1, False), "decrease": (-1, False), "not_decrease": (1, True), "not_increase": (-1, True),
            "no_change": (0, False)}


def verdict(mean, size, expect):
    """A claim holds if its sign is right and its effect is at least as large as `size`."""
    if expect not in EXPECTED or not np.isfinite(mean):
        return OPEN
    right, bound = EXPECTED[expect]
    sign = 0 if abs(mean) < size else int(np.sign(mean))
    if sign == right or (bound and sign == 0):
        return HOLDS
    return SMALL if sign == 0 else AGAINST


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
        effect = effect[np.isfinite(effect)]
        row["effect"], row["low"], row["high"] = interval(effect)
        row["run_low"], row["run_high"] = np.quantile(effect, [0.05, 0.95]) if effect.size else (np.nan, np.nan)
        row["size"] = _size(shares[k], level)
        row["verdict"] = verdict(row["effect"], row["size"], row["expect"])
        sign, _ = EXPECTED.get(row["expect"], (0, False))
        row["right_runs"] = np.mean(effect * sign > 0) if effect.size and sign else np.nan
        rows.append(row)
    order = ["id", "text", "quantity", "at", "expect", "versus", "effect", "low", "high", "run_low", "run_high", "size",
             "right_runs", "verdict", "source"]
    return pd.DataFrame(rows).reindex(columns=order)


def _size(share, level):
    """The smallest effect that counts, where `level` is that of the comparison."""
    level = level[np.isfinite(level)]
    if share or not level.any():
        return SHARE_SIZE
    return RELATIVE_SIZE * abs(level.mean())


def window(result):
    """The dates that the claims speak of most often; without claims the last year."""
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        return Counter(result.claims["at"].values.astype(str)).most_common(1)[0][0]
    labels = result.scenario["quarter" if "quarter" in result.scenario else "time"].values
    return f"{labels[max(0, len(labels) - 4)]}..{labels[-1]}"


def states_of_interest(result, most=5):
    """The states that the claims speak of, most often named first; without claims those that change most."""
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        counted = Counter()
        for quantity in result.claims["quantity"].values.astype(str):
            name, labels = split(quantity)
            if labels and name in result.scenario and label_axes(result.scenario[name])[:1] == ["state"]:
                counted[labels[0]] += 1
        if counted:
            return [state for state, _ in counted.most_common(most)]
    states = [str(state) for state in result.scenario["state"].values]
    if result.baseline is None:
        return states[:most]
    total = np.zeros(len(states))
    for name in state_variables(result):
        change, level = _change(result, name)
        total += np.nan_to_num(np.abs(change) / max(np.nanmax(np.abs(level)), 1e-12))
    return [states[k] for k in np.argsort(-total, kind="stable")[:most]]


def state_variables(result):
    """Recorded quantities with one number for each run, date and state."""
    return [name for name, array in result.scenario.data_vars.items()
            if array.dims == ("run", "time", "state") and np.issubdtype(array.dtype, np.floating)]


def striking_variables(result, state, most=2):
    """The quantities of a state worth a picture: of those that claims name, the ones that move most, each of another kind.

    Variables whose names begin alike (before the first underscore) are one kind."""
    found = []
    if result.claims is not None and result.claims.sizes.get("claim", 0):
        table = claims_table(result)
        table = table.assign(times=(table["effect"] / table["size"]).abs()).sort_values("times", ascending=False)
        for quantity in table["quantity"]:
            name, labels = split(quantity)
            if labels == [state] and name in state_variables(result):
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
