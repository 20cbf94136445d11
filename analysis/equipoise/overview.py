"""One figure that shows at a glance what a scenario does, and to whom; or what became of a world."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter

from . import pictures
from .evidence import states_of_interest, striking_variables
from .result import ResultError


def overview(result, state=None):
    """Returns the figure.  `state` is the state shown in detail; by default the one that the claims name most often."""
    result.comparison()     # the figure is about what the scenario changes: it needs the baseline
    states = states_of_interest(result)
    if state is not None:
        states = [result.state(state)] + [other for other in states if other != state][:4]
    state = states[0]
    claims = 0 if result.claims is None else result.claims.sizes.get("claim", 0)
    fans = striking_variables(result, state)
    top = [lambda axes, name=name: pictures.fan(result, f"{name}[{state}]", axes) for name in fans]
    top.append(lambda axes: pictures.threat(result, states, axes))
    low = [lambda axes: pictures.alignment(result, state, axes), lambda axes: pictures.network(result, axes=axes)]

    heights = [1.65, 3.2, 1.3, 4.0, 0.5]        # inches: title, panels, room for a key, panels, room
    heights += [0.55, 0.25 + 0.24 * claims, 0.65] if claims else []
    with plt.rc_context(pictures.STYLE):
        figure = plt.figure(figsize=(15, sum(heights)))
        rows = figure.add_gridspec(len(heights), 1, height_ratios=heights, hspace=0,
                                   left=0.05, right=0.94, top=1, bottom=0)
        for row, draws in ((rows[1], top), (rows[3], low)):
            for place, draw in zip(row.subgridspec(1, len(draws), wspace=0.46 if draws is top else 0.36), draws):
                _draw(figure.add_subplot(place), draw)
        if claims:
            middle = rows[6].subgridspec(1, 3, width_ratios=[0.57, 0.32, 0.11], wspace=0)[1]
            _draw(figure.add_subplot(middle), lambda axes: pictures.forest(result, axes, width=116))
        for inches, text, look in ((0.28, result.title, {"fontsize": 19, "weight": "bold"}),
                                   (0.66, _subtitle(result), {"fontsize": 9.5, "color": pictures.GREY, "linespacing": 1.5})):
            figure.text(0.05, 1 - inches / sum(heights), text, va="top", **look)
    return figure


PARTS = (0, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1)     # of the time of a run: when its maps are drawn


def history(result, run=0):
    """Returns a figure of one run in which provinces change hands: six maps, and the shares of capability below."""
    quarters = result.scenario["quarter"].values.astype(str)
    with plt.rc_context(pictures.STYLE):
        figure = plt.figure(figsize=(10.5, 12), layout="constrained")
        maps, below = figure.subfigures(2, 1, height_ratios=[7, 4.4])
        for part, axes in zip(PARTS, maps.subplots(2, 3).flat):
            pictures.owners(result, quarters[max(0, round(part * len(quarters)) - 1)], run, axes)
        _draw(below.add_subplot(), lambda axes: pictures.shares(result, run, axes))
        figure.suptitle(result.title, x=0.01, ha="left", fontsize=15, weight="bold")
    return figure


def film(result, path, run=0, frames=80):
    """Writes the map of one run as it changes, a GIF."""
    quarters = result.scenario["quarter"].values.astype(str)
    shown = quarters[np.unique(np.linspace(0, len(quarters) - 1, frames).round().astype(int))]
    figure, axes = plt.subplots(figsize=(4.5, 4.8), layout="constrained")

    def draw(at):
        axes.clear()
        pictures.owners(result, at, run, axes)

    draw(shown[0])      # what is wrong with the result shows before a file is begun
    FuncAnimation(figure, draw, shown, init_func=lambda: None).save(path, PillowWriter(fps=8))
    plt.close(figure)


def _draw(axes, draw):
    """Draws one panel; a panel that the file cannot fill says why."""
    try:
        draw(axes)
    except ResultError as error:
        axes.set_axis_off()
        axes.text(0.5, 0.5, textwrap.fill(str(error), 46), ha="center", va="center", color=pictures.GREY,
                  transform=axes.transAxes)


def _subtitle(result):
    """What is compared with what, and the events in the order of their dates."""
    runs = f"{result.runs} paired runs" if result.runs > 1 else "One paired run"
    first = f"{runs}, {result.span}. The baseline is the same world with the same luck, without the changes of the scenario."
    notes = {}
    for event in sorted(result.events, key=lambda event: event["at"]):
        if event["note"]:
            notes.setdefault(event["at"], []).append(event["note"])
    second = ".  ".join(f"{at}: {'; '.join(dict.fromkeys(words))}" for at, words in notes.items())
    return f"{first}\n{textwrap.shorten(second, 200, placeholder=' …')}".strip()
