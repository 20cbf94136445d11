"""What the runs say: intervals, and the verdict on every claim of a file."""

import math
import re
from collections import Counter

import numpy as np
import pandas as pd

from .result import ResultError, label_axes, single, split

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


def claims_table(result):
    """One row a claim: what it says, its mean effect with its interval, the size that counts, and the verdict, as the
    program wrote them."""
    if result.claims is None or result.claims.sizes.get("claim", 0) == 0:
        raise ResultError(f"{result.path}: the file holds no claims")
    claims = result.claims
    columns = {"id": "claim", "text": "text", "quantity": "quantity", "at": "at", "expect": "expect", "versus": "versus",
               "branch": "branch", "against": "against", "effect": "mean", "low": "low", "high": "high", "size": "bound",
               "right_runs": "right", "runs_low": "runs_low", "runs_high": "runs_high",
               "verdict": "verdict", "source": "source"}
    table = pd.DataFrame({ours: claims[theirs].values for ours, theirs in columns.items() if theirs in claims})
    effects = claims["effect"].transpose("claim", "run").values
    levels = claims["level"].transpose("claim", "run").values
    good = [effect[np.isfinite(effect)] for effect in effects]
    table["level"] = [level[np.isfinite(effect)].mean() if np.isfinite(effect).any() else np.nan
                      for effect, level in zip(effects, levels)]
    table["run_low"] = [np.quantile(effect, 0.05) if effect.size else np.nan for effect in good]
    table["run_high"] = [np.quantile(effect, 0.95) if effect.size else np.nan for effect in good]
    return table


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
