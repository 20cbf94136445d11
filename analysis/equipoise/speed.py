"""The figures of the benchmark: a table, and a picture of the ratios against what they should be.

    build/tests/bench_equipoise --ratios 11 speed.json
    PYTHONPATH=analysis /usr/bin/python3 -m equipoise speed.json -o speed.png

    figures = speed.read("speed.json")      # pandas.DataFrame: one row a figure, its median and quarters over the rounds
    speed.ratios(figures)

Names, meanings and aims come from the file.
"""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from . import pictures
from .result import ResultError


def read(path):
    """One row a figure: name, states, unit, meaning, aim, least (whether the aim is a least value), met, quarter, median,
    three_quarters; the machine and the date are in its attrs."""
    try:
        with open(path, encoding="utf-8") as file:
            text = json.load(file)
        rows = []
        for figure in text["figures"]:
            quarter, median, three = np.quantile(figure["rounds"], [0.25, 0.5, 0.75])
            least = "at_least" in figure
            aim = figure.get("at_least", figure.get("at_most", np.nan))
            rows.append({**{key: figure[key] for key in ("name", "states", "unit", "meaning")}, "aim": aim, "least": least,
                         "met": None if np.isnan(aim) else bool(median >= aim if least else median <= aim),
                         "quarter": quarter, "median": median, "three_quarters": three})
        table = pd.DataFrame(rows)
        table.attrs = {key: text[key] for key in ("program", "date", "machine")}
    except FileNotFoundError:
        raise ResultError(f"{path}: there is no such file") from None
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, IndexError):
        raise ResultError(f"{path}: not a file of the benchmark") from None
    return table


def ratios(figures, axes=None):
    """Every figure that has an aim: its median and middle half of the rounds, as a share of the aim."""
    shown = figures[figures["aim"].notna()].reset_index(drop=True)
    with plt.rc_context(pictures.STYLE):
        if axes is None:
            axes = plt.figure(figsize=(8, 0.5 * len(shown) + 1.6), layout="constrained").add_subplot()
        for at, figure in shown.iterrows():
            low, middle, high = (figure[key] / figure["aim"] for key in ("quarter", "median", "three_quarters"))
            colour = pictures.BLUE if figure["met"] else pictures.RED
            axes.plot([low, high], [at, at], color=colour, linewidth=3, solid_capstyle="butt")
            axes.plot(middle, at, "o" if figure["met"] else "X", color=colour)
        axes.axvline(1, color=pictures.BLACK, linewidth=1)
        axes.set_yticks(range(len(shown)), [
            f"{figure['meaning']}, {figure['states']} states: {figure['median']:.3g} "
            f"({'at least' if figure['least'] else 'at most'} {figure['aim']:g})" for _, figure in shown.iterrows()])
        axes.invert_yaxis()
        axes.set_xlabel("share of the aim (cross: not met)")
        machine = figures.attrs["machine"]
        axes.set_title(f"{figures.attrs['program']} on {machine['processor']}, {machine['cores']} cores, "
                       f"{figures.attrs['date'][:10]}", loc="left")
    return axes
