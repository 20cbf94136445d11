"""Pictures of a result.  Each takes a result and optional matplotlib axes, and returns the axes it drew on.

Colours are those of Okabe and Ito, which stay apart for colour-blind readers; where colour carries a meaning,
a line style or a marker carries it too.  Where a file has no baseline, pictures show the scenario alone.
"""

import functools
import textwrap

import matplotlib.pyplot as plt
import networkx
import numpy as np
from matplotlib.colors import hsv_to_rgb, to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from .evidence import claims_table, states_of_interest, window
from .result import ResultError, dates, label_axes, split

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
GREY, PALE, INK = "#7A7A7A", "#DCDCDC", "#222222"
SERIES = [BLUE, RED, GREEN, PINK, ORANGE, SKY, BLACK, "#8C6D31", "#5E3C99"]
MARKERS = ["o", "s", "D", "^", "v", "P", "X"]
SELF = "self"   # the option of leaning on nobody, as every result file names it

STYLE = {
    "font.size": 9, "axes.titlesize": 10.5, "axes.titleweight": "bold",
    "axes.titlepad": 16, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": GREY,
    "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK, "axes.grid": True,
    "axes.axisbelow": True, "grid.color": "#ECECEC", "grid.linewidth": 0.8, "legend.frameon": False,
    "legend.fontsize": 8, "savefig.facecolor": "white",
}


def _styled(picture):
    """Draws in the style of these pictures and leaves the settings of the caller alone."""
    @functools.wraps(picture)
    def draw(*arguments, **options):
        with plt.rc_context(STYLE):
            return picture(*arguments, **options)
    return draw


def _axes(axes, size=(7, 4.2)):
    return plt.figure(figsize=size, layout="constrained").add_subplot() if axes is None else axes


# ---- over time -------------------------------------------------------------------------------------------


@_styled
def fan(result, quantity, axes=None):
    """A quantity of one state: median and the middle 50 % and 90 % of the runs, beside its paired baseline."""
    ours = _over_time(result, quantity)
    axes = _axes(axes)
    arms = [("scenario", ours, BLUE, "-")]
    if result.baseline is not None:
        arms.insert(0, ("baseline", _over_time(result, quantity, result.baseline), ORANGE, "--"))
    ends = []
    for label, array, colour, line in arms:
        times = array["time"].values
        low, quarter, middle, three, high = _quantiles(array, [0.05, 0.25, 0.5, 0.75, 0.95])
        if result.runs > 1:
            axes.fill_between(times, low, high, color=colour, alpha=0.13, linewidth=0)
            axes.fill_between(times, quarter, three, color=colour, alpha=0.25, linewidth=0)
        axes.plot(times, middle, color=colour, linestyle=line, linewidth=1.8)
        ends.append((middle[-1], label, colour))
    _time_axis(result, axes, times)
    _titles(axes, _headline(result, quantity))
    _end_labels(axes, times[-1], ends)
    return axes


@_styled
def alignment(result, state, axes=None, quantity="alignment"):
    """On whom a state leans: the share of each pole and of itself, median over the runs; baseline dashed."""
    ours = result.values(quantity).sel(state=result.state(state))
    axes = _axes(axes)
    (poles,) = [axis for axis in label_axes(ours)]
    times, colours, ends = ours["time"].values, _pole_colours(result, poles), []
    for pole in ours[poles].values.astype(str):
        middle = _quantiles(ours.sel({poles: pole}), [0.5])[0]
        if not np.nanmax(np.abs(middle), initial=0) > 0:
            continue        # an option that this state does not have
        axes.plot(times, middle, color=colours[pole], linewidth=1.8)
        ends.append((middle[-1], result.full_name(pole), colours[pole]))
        if result.baseline is not None:
            other = result.values(quantity, result.baseline).sel({"state": state, poles: pole})
            axes.plot(times, _quantiles(other, [0.5])[0], color=colours[pole], linewidth=1.1, linestyle=(0, (3, 2)))
    axes.set_ylim(0, 1.06 * axes.get_ylim()[1])
    _time_axis(result, axes, times)
    _titles(axes, _headline(result, f"{quantity}[{state}]"))
    _line_key(axes, result)
    _end_labels(axes, times[-1], ends)
    return axes


@_styled
def threat_over_time(result, state, axes=None):
    """The kinds of threat that one state sees, median over the runs; baseline dashed."""
    names = _threats(result)
    axes = _axes(axes)
    times, ends = result.scenario["time"].values, []
    for name, short, colour in zip(names, _short_names(result, names), SERIES):
        quantity = f"{name}[{result.state(state)}]"
        middle = _quantiles(_over_time(result, quantity), [0.5])[0]
        axes.plot(times, middle, color=colour, linewidth=1.8)
        ends.append((middle[-1], textwrap.fill(short, 18), colour))
        if result.baseline is not None:
            other = _quantiles(_over_time(result, quantity, result.baseline), [0.5])[0]
            axes.plot(times, other, color=colour, linewidth=1.1, linestyle=(0, (3, 2)))
    axes.set_ylim(0, 1.06 * axes.get_ylim()[1])
    _time_axis(result, axes, times)
    _titles(axes, f"{result.full_name(state)}: {_shared_start(result, names)} by kind")
    _line_key(axes, result)
    _end_labels(axes, times[-1], ends)
    return axes


# ---- at a date -------------------------------------------------------------------------------------------


@_styled
def threat(result, states=None, axes=None, at=None):
    """Threat by kind for some states at a date: hollow without, filled with the scenario; a line joins the two."""
    names, at = _threats(result), at or window(result)
    states = [result.state(state) for state in (states or states_of_interest(result))]
    axes = _axes(axes)
    room = 0.72 / len(names)
    for name, colour, marker, k in zip(names, SERIES, MARKERS, range(len(names))):
        places = np.arange(len(states)) + (k - (len(names) - 1) / 2) * room
        after = _average(result, result.values(name), at).sel(state=states).values
        if result.baseline is not None:
            before = _average(result, result.values(name, result.baseline), at).sel(state=states).values
            axes.hlines(places, before, after, color=colour, linewidth=2.2, alpha=0.55)
            axes.scatter(before, places, s=34, marker=marker, facecolor="white", edgecolor=colour, linewidth=1.2,
                         zorder=3)
        axes.scatter(after, places, s=34, marker=marker, color=colour, zorder=4)
    for k in range(1, len(states)):
        axes.axhline(k - 0.5, color=PALE, linewidth=0.8)
    axes.set_yticks(range(len(states)), [result.full_name(state) for state in states])
    axes.set_ylim(len(states) - 0.5, -0.5)
    axes.set_xlim(0, None)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    key = [Line2D([], [], color=colour, marker=marker, linestyle="", markersize=5.5, label=short)
           for short, colour, marker in zip(_short_names(result, names), SERIES, MARKERS)]
    if result.baseline is not None:
        key.append(Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linestyle="", markersize=5.5,
                          label="baseline"))
    axes.legend(handles=key, loc="upper center", bbox_to_anchor=(0.46, -0.09), ncol=3, handletextpad=0.2, columnspacing=1.2)
    _titles(axes, f"{_shared_start(result, names).capitalize()} by kind, {_spoken(at)}")
    return axes


@_styled
def network(result, at=None, axes=None, threshold=0.08, quantity="alignment", weight="capability"):
    """Who leans on whom at a date.  Arrows go to poles and are as wide as the share, with or without the scenario,
    whichever is larger (those above `threshold`); their colour is the change against the baseline.  Nodes are as
    large as the `weight` of the state; poles are grey.  States whose shares never move lean by assumption: they are
    left out, unless that holds for all."""
    at = at or window(result)
    axes = _axes(axes, (7, 5.5))
    shares = _average(result, result.values(quantity), at)
    (poles,) = [axis for axis in label_axes(shares) if axis != "state"]
    changes = shares * np.nan if result.baseline is None else _average(result, result.effect(quantity), at)
    graph = networkx.DiGraph()
    states, ends = shares["state"].values.astype(str), shares[poles].values.astype(str)
    for state in _movers(result.values(quantity)):
        for pole in ends:
            share, change = (float(array.sel({"state": state, poles: pole})) for array in (shares, changes))
            share = max(share, share - np.nan_to_num(change))
            if pole not in (SELF, state) and share >= threshold:
                graph.add_edge(state, pole, share=share, change=change)
    if graph.number_of_edges() == 0:
        raise ResultError(f"{result.path}: no state leans on another with a share of {threshold:g} or more, {_spoken(at)}")
    area = dict.fromkeys(graph, 330.0)
    if weight in result.scenario:
        weights = _average(result, result.values(weight), at)
        most = float(weights.max()) or 1.0
        area |= {state: 330 + 1000 * float(weights.sel(state=state)) / most for state in states if state in graph}
    place = _two_rings(result.values(quantity).mean(("run", "time")), poles)
    sizes = [area[state] for state in graph]
    moves = [change for *_, change in graph.edges(data="change") if abs(change) >= SLIGHT]
    most = max(map(abs, moves), default=SLIGHT)

    edges = sorted(graph.edges(data=True), key=lambda edge: abs(np.nan_to_num(edge[2]["change"])))
    networkx.draw_networkx_edges(
        graph, place, ax=axes, edgelist=[edge[:2] for edge in edges], node_size=sizes, nodelist=list(graph),
        width=[0.5 + 11 * edge[2]["share"] for edge in edges],
        edge_color=[_change_colour(edge[2]["change"], most) for edge in edges], arrowsize=9, alpha=0.9,
        connectionstyle="arc3,rad=0.08")
    networkx.draw_networkx_nodes(
        graph, place, ax=axes, node_size=sizes, edgecolors=[INK if state in states else GREY for state in graph],
        node_color=["white" if graph.in_degree(state) == 0 else "#EFEFEF" for state in graph], linewidths=1.0)
    networkx.draw_networkx_labels(graph, place, ax=axes, font_size=8, font_color=INK)
    axes.margins(0.09)
    axes.set_axis_off()
    if result.baseline is not None:
        words = {PALE: f"change below {SLIGHT:g}"}
        if max(moves, default=0) > 0:
            reach = _signed(round(max(moves), 3))
            words[_change_colour(max(moves), most)] = f"leans more than in the baseline (up to {reach})"
        if min(moves, default=0) < 0:
            reach = _signed(round(min(moves), 3))
            words[_change_colour(min(moves), most)] = f"leans less (down to {reach})"
        key = [Line2D([], [], color=colour, linewidth=4, label=text) for colour, text in reversed(words.items())]
        axes.legend(handles=key, loc="upper center", bbox_to_anchor=(0.5, 0.01), ncol=3, handlelength=1.6)
    _titles(axes, f"Who leans on whom, {_spoken(at)}", f"shares of {threshold:g} or more, with or without the scenario")
    return axes


# ---- who holds what --------------------------------------------------------------------------------------

RASTER = 480                                # dots of a map along its longer side
NAMED = 0.03                                # states are named on a map from this part of all provinces on, the great always
SPELLS = [PALE, "#F4F4F4"]                  # neighbouring spells of polarity


@_styled
def owners(result, at=None, run=0, axes=None):
    """A map of who holds which province at a date of one run, the last by default.

    Every point of the plane belongs to the province whose place is nearest; borders are drawn between owners alone, so
    that what is conquered melts into its owner.  A state keeps its colour over dates and pictures of a run."""
    place, owner, when = _map(result, at, run)
    axes = _axes(axes, (5, 5))
    low, high = place.min(axis=0), place.max(axis=0)
    apart = np.linalg.norm(place[:, None] - place[None], axis=2) + np.diag(np.full(len(place), np.inf))
    margin = np.median(apart.min(axis=1)) / 2 if len(place) > 1 else 1.0
    low, high = low - margin, high + margin
    dot = (high - low).max() / RASTER
    x, y = (np.arange(low[k] + dot / 2, high[k], dot) for k in (0, 1))
    nearest = ((x[None, :, None] - place[:, 0]) ** 2 + (y[:, None, None] - place[:, 1]) ** 2).argmin(axis=2)
    held = owner[nearest]
    colours = _owner_colours(result, run)
    image = np.array([to_rgb(colours[state]) for state in result.scenario["state"].values.astype(str)])[held]
    image[_edges(held)] = to_rgb(INK)
    axes.imshow(image, origin="lower", extent=(low[0], high[0], low[1], high[1]), interpolation="antialiased")
    for state in sorted(set(owner)):
        mine = place[owner == state]
        centre = mine[np.linalg.norm(mine - mine.mean(axis=0), axis=1).argmin()]
        code = str(result.scenario["state"].values[state])
        if colours[code] in SERIES or len(mine) >= max(2, NAMED * len(place)):
            axes.text(*centre, code, ha="center", va="center", fontsize=8.5, weight="bold", color="white",
                      path_effects=[withStroke(linewidth=2, foreground=INK)])
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    count = len(set(owner))
    axes.set_title(f"{when}: {count} state{'s' * (count != 1)}", loc="left", pad=5)
    return axes


@_styled
def shares(result, run=0, axes=None, quantity="capability"):
    """Shares of capability over one run: the states that came to be the largest in the colours of their maps, the others
    grey; a cross where a state dies; above them the spells of polarity."""
    array = result.values(quantity).isel(run=_run(result, run))
    times, codes = array["time"].values, array["state"].values.astype(str)
    values = array.transpose("time", "state").values
    colours = _owner_colours(result, run)
    axes = _axes(axes, (9, 4.2))
    ends = []
    for k, code in sorted(enumerate(codes), key=lambda one: colours[one[1]] in SERIES):
        alive = np.flatnonzero(np.isfinite(values[:, k]))
        if alive.size == 0:
            continue
        great = colours[code] in SERIES
        axes.plot(times, values[:, k], color=colours[code] if great else "#C8C8C8", linewidth=1.8 if great else 0.9)
        if alive[-1] + 1 < len(times):
            if great:
                axes.plot(times[alive[-1]], values[alive[-1], k], marker="x", markersize=6, color=colours[code])
        elif great:
            ends.append((values[alive[-1], k], code, colours[code]))
    axes.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, max(0.55, 1.06 * np.nanmax(values)))
    _time_axis(result, axes, times)
    _spells(result, run, axes, times)
    axes.set_title(f"{result.name(quantity).capitalize()}, run {run}", loc="left", pad=30)
    _end_labels(axes, times[-1], ends)
    return axes


def _run(result, run):
    if not 0 <= run < result.runs:
        raise ResultError(f"{result.path}: no run {run}; the file has 0 to {result.runs - 1}")
    return run


def _map(result, at, run):
    """Places of the provinces (x, y), the index of the owner of each, and the quarter."""
    last = result.span.split(" to ")[-1]
    owner = result.during(result.values("owner").isel(run=_run(result, run)), at or last).isel(time=-1)
    place = [result.values(name).isel(run=run, time=0).values for name in ("longitude", "latitude")]
    if not np.isfinite(owner.values).all():
        raise ResultError(f"{result.path}: run {run} was not played to its end")
    return np.column_stack(place), owner.values.astype(int), str(owner["quarter"].values)


def _edges(held):
    """The dots at the border of two owners, on both sides of it."""
    edge = np.zeros(held.shape, dtype=bool)
    across, along = held[:, 1:] != held[:, :-1], held[1:] != held[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= along
    edge[:-1] |= along
    return edge


def _owner_colours(result, run):
    """A colour for every state: strong ones for those that come to hold most in this run, pale ones for the others."""
    codes = result.scenario["state"].values.astype(str)
    owner = np.nan_to_num(result.values("owner").isel(run=_run(result, run)).values).astype(int)
    most = np.max([np.bincount(row, minlength=len(codes)) for row in owner], axis=0)
    strong = [colour for colour in SERIES if colour != BLACK]
    order = np.argsort(-most, kind="stable")
    colours = {codes[k]: strong[rank] for rank, k in enumerate(order[:len(strong)]) if most[k] > 1}
    pale = [hsv_to_rgb((rank * 0.618 % 1, 0.16, 0.97 - 0.09 * (rank % 3))) for rank in range(len(codes))]
    return {code: colours.get(code, to_hex(pale[k])) for k, code in enumerate(codes)}


def _spells(result, run, axes, times):
    """A strip above the axes with the classes of polarity, where they are recorded; narrow spells bear no name."""
    if "polarity" not in result.scenario:
        return
    array = result.values("polarity").isel(run=run)
    words = str(array.attrs.get("flag_meanings", "")).split()
    classes = array.values.astype(int)
    starts = [0, *np.flatnonzero(np.diff(classes)) + 1, len(classes)]
    edge = np.concatenate([[axes.get_xlim()[0]], times])
    for k, (first, end) in enumerate(zip(starts, starts[1:])):
        axes.axvspan(edge[first], edge[end], 1.005, 1.055, color=SPELLS[k % 2], linewidth=0, clip_on=False)
        if edge[end] - edge[first] > 0.09 * (edge[-1] - edge[0]) and classes[first] < len(words):
            axes.text((edge[first] + edge[end]) / 2, 1.028, words[classes[first]], transform=axes.get_xaxis_transform(),
                      ha="center", va="center", fontsize=7.5)


# ---- claims ----------------------------------------------------------------------------------------------

# How a verdict is drawn; the words are the program's, one that is not here is drawn plainly.
VERDICTS = {"supported": (BLUE, "o"), "too small": (GREY, "D"), "no effect": (GREY, "s"), "not supported": (RED, "X")}
PLAIN = (BLACK, "_")
SLIGHT = 0.002  # a change of a share that is drawn pale


@_styled
def forest(result, axes=None, width=118):
    """Every claim: mean effect over the size that counts, its 95 % interval (thick) and 90 % of the runs (thin).
    Texts are cut where a text and its quantity are longer than `width` letters."""
    table = claims_table(result)
    axes = _axes(axes, (14, 1.3 + 0.27 * len(table)))
    rows = np.arange(len(table))
    size = table["size"].where(table["size"] > 0, SLIGHT)
    scaled = {name: (table[name] / size).values for name in ("effect", "low", "high", "run_low", "run_high")}
    axes.axvspan(-1, 1, color="#EFEFEF", zorder=0)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    for word in dict.fromkeys(table["verdict"]):
        colour, marker = VERDICTS.get(word, PLAIN)
        here = (table["verdict"] == word).values
        if result.runs > 1:
            axes.hlines(rows[here], scaled["run_low"][here], scaled["run_high"][here], color=colour, linewidth=1.0)
            axes.hlines(rows[here], scaled["low"][here], scaled["high"][here], color=colour, linewidth=3.2)
        axes.scatter(scaled["effect"][here], rows[here], s=46, marker=marker, color=colour, zorder=4)
    reach = 1.6 * np.nanmax(np.abs([scaled[name] for name in ("effect", "run_low", "run_high")]), initial=2)
    axes.set_xscale("symlog", linthresh=1, linscale=0.6)
    ticks = [tick for tick in 10.0 ** np.arange(0, 9) if tick <= reach]
    axes.set_xticks([-tick for tick in reversed(ticks)] + [0] + ticks)
    axes.set_xticklabels([_signed(tick) for tick in axes.get_xticks()])
    axes.minorticks_off()
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_yticks([])
    about = [_about(claim) for claim in table.itertuples()]
    letters = max(map(len, about))
    for row, claim in zip(rows, table.itertuples()):
        colour, _ = VERDICTS.get(claim.verdict, PLAIN)
        _beside(axes, row, 0, -8, about[row], "right")
        text = textwrap.shorten(claim.text, width - letters, placeholder=" …")
        _beside(axes, row, 0, -28 - 4.9 * letters, text, "right")
        _beside(axes, row, 1, 62, _signed(claim.effect), "right")
        _beside(axes, row, 1, 74, claim.verdict, "left", colour)
    axes.set_xlabel("mean effect ÷ smallest effect that counts (grey: too small to count)")
    held = (table["verdict"] == "supported").sum()
    _titles(axes, f"What the texts expect: {held} of {len(table)} claims supported",
            "signs: the change expected; at the right: mean effect and verdict")
    return axes


ARROWS = {"increase": "↑", "decrease": "↓", "not_decrease": "≥", "not_increase": "≤", "no_change": "="}


def _about(claim):
    """The quantity, the sign expected, and what it is compared with if that is not the baseline."""
    branch = f"{claim.branch} " if getattr(claim, "branch", "") else ""
    versus = "" if claim.versus in ("baseline", "") and not branch else f" ({branch}versus {claim.versus})"
    quantity = claim.quantity if len(claim.quantity) <= 36 else claim.quantity[:35] + "…"
    return f"{quantity} {ARROWS.get(claim.expect, '?')}{versus}"


def _signed(number):
    return f"{number:+.3g}".replace("-", "−") if number else "0"


def _beside(axes, row, side, points, text, align, colour=INK):
    """A word in the row of a claim, so many points left or right of a side of the picture."""
    axes.annotate(text, (side, row), (points, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                  ha=align, va="center", fontsize=8.5, color=colour, annotation_clip=False)


# ---- what the pictures share -----------------------------------------------------------------------------


def _over_time(result, quantity, dataset=None):
    array = result.values(quantity, dataset)
    if set(array.dims) != {"run", "time"}:
        raise ResultError(f"{quantity} has one value for each {' and '.join(label_axes(array))}: name one, "
                          f"as in {split(quantity)[0]}[...]")
    return array


def _quantiles(array, levels):
    values = array.transpose("run", "time").values.astype(float)
    out = np.full((len(levels), values.shape[1]), np.nan)
    alive = np.isfinite(values).any(axis=0)
    if alive.any():
        out[:, alive] = np.nanquantile(values[:, alive], levels, axis=0)
    return out


def _average(result, array, at):
    return result.during(array, at).mean(("run", "time"))


def _threats(result):
    """The variables threat_... with one value for each run, date and state."""
    names = [name for name, array in result.scenario.data_vars.items()
             if str(name).startswith("threat_") and array.dims == ("run", "time", "state")]
    if not names:
        raise ResultError(f"{result.path}: no variable threat_... is recorded for each state")
    return names


def _shared_start(result, names):
    """The words that all long names begin with."""
    words = [result.name(name).split() for name in names]
    same = []
    for column in zip(*words):
        if len(set(column)) > 1:
            break
        same.append(column[0])
    return " ".join(same) or "threat"


def _short_names(result, names):
    start = _shared_start(result, names)
    return [result.name(name)[len(start):].strip() if len(names) > 1 and result.name(name).startswith(start + " ")
            else result.name(name) for name in names]


def _pole_colours(result, axis):
    others = [str(pole) for pole in result.scenario[axis].values if str(pole) != SELF]
    return {SELF: GREY, **{pole: SERIES[k % len(SERIES)] for k, pole in enumerate(others)}}


def _change_colour(change, most):
    """Blue for more and red for less, the darker the larger the change is beside the largest."""
    if np.isnan(change):
        return SKY
    if abs(change) < SLIGHT:
        return PALE
    depth = 0.35 + 0.65 * min(1.0, abs(change) / most)
    full = np.array(to_rgb(BLUE if change > 0 else RED))
    return to_hex(depth * full + (1 - depth) * np.ones(3))


def _headline(result, quantity):
    """Of whom and what, with the unit unless the name says it."""
    name, labels = split(quantity)
    text, unit = result.name(name), result.unit(name)
    text += f" ({unit})" if unit and unit not in text else ""
    return f"{', '.join(result.full_name(label) for label in labels)}: {text}" if labels else text.capitalize()


def _spoken(at):
    ends = dict.fromkeys(str(at).split(".."))
    return " to ".join(ends)


def _titles(axes, title, note=""):
    axes.set_title(title, loc="left")
    if note:
        axes.annotate(note, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=GREY)


def _time_axis(result, axes, times):
    """Years on the axis, and a mark at every date of an event."""
    first, last = times[0] - 0.25, times[-1]
    axes.set_xlim(first, last)
    years = np.arange(np.ceil(first), np.floor(last) + 1)
    step = next((step for step in (1, 2, 5, 10, 20, 25, 50) if 8 * step >= len(years)), 100)
    axes.set_xticks(years[years % step == 0])
    axes.xaxis.set_major_formatter(lambda year, _: f"{year:.0f}")
    written = -np.inf
    for at in sorted({event["at"] for event in result.events}):
        start = dates(at)[0] - 0.25         # an event acts from the beginning of its quarter
        if not first <= start <= last:
            continue
        axes.axvline(start, color=INK, linewidth=0.8, linestyle=":")
        if start - written > 0.1 * (last - first):
            axes.annotate(at, (start, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                          ha="center", fontsize=7.5, color=INK)
            written = start


def _end_labels(axes, where, ends, size=8):
    """Labels at the right ends of lines, moved apart where they would overlap."""
    axes.figure.canvas.draw()       # the height of the axes is known only now
    height = axes.get_window_extent().height / axes.figure.dpi * 72
    low, high = axes.get_ylim()
    ends = sorted((end for end in ends if np.isfinite(end[0])), key=lambda end: end[0])
    wanted = [(value - low) / (high - low) for value, _, _ in ends]
    placed = _apart(wanted, [(size + 3) * (1 + text.count("\n")) / height for _, text, _ in ends])
    for (value, text, colour), want, at in zip(ends, wanted, placed):
        moved = abs(at - want) * height > 5
        axes.annotate(text, (where, value), (1.025, at), textcoords="axes fraction", va="center", fontsize=size, color=colour,
                      annotation_clip=False, arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "alpha": 0.6,
                                                         "shrinkA": 1, "shrinkB": 1} if moved else None)


def _apart(wanted, room):
    """Places near `wanted` (sorted, in 0..1) that leave each label its room."""
    placed = np.clip(np.array(wanted, dtype=float), 0, 1)
    for _ in range(300):
        for k in range(1, len(placed)):
            lack = (room[k] + room[k - 1]) / 2 - (placed[k] - placed[k - 1])
            if lack > 1e-4:
                placed[k - 1] -= lack / 2
                placed[k] += lack / 2
        placed = np.clip(placed, 0, 1)
    return placed


def _line_key(axes, result):
    if result.baseline is not None:
        axes.legend(handles=[Line2D([], [], color=GREY, linewidth=1.8, label="scenario"),
                             Line2D([], [], color=GREY, linewidth=1.1, linestyle=(0, (3, 2)), label="baseline")],
                    loc="lower right", bbox_to_anchor=(1, 1.0), ncol=2, borderaxespad=0.1, handlelength=2.2)


def _movers(shares):
    """The states whose shares change in time; all states if none does."""
    moves = (shares.max("time") - shares.min("time")).max([axis for axis in shares.dims if axis not in ("time", "state")])
    states = shares["state"].values.astype(str)
    chosen = states[np.nan_to_num(moves.values) > 1e-9]
    return chosen if chosen.size else states


def _two_rings(shares, poles):
    """Places: poles on an outer ring, the others on an inner one, each near the poles that it leans on."""
    outer = [pole for pole in shares[poles].values.astype(str) if pole != SELF]
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(outer)) / max(1, len(outer))
    place = dict(zip(outer, np.column_stack([np.cos(angles), np.sin(angles)])))
    inner = [state for state in shares["state"].values.astype(str) if state not in place]
    pull = {}
    for state in inner:
        x, y = sum(place[pole] * np.nan_to_num(float(shares.sel({"state": state, poles: pole}))) for pole in outer)
        pull[state] = np.arctan2(y, x)
    inner.sort(key=lambda state: -pull[state])
    for k, state in enumerate(inner):
        angle = pull[inner[0]] - 2 * np.pi * k / len(inner)
        place[state] = 0.55 * np.array([np.cos(angle), np.sin(angle)])
    return place
