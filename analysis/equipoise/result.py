"""One result file: the scenario, its paired baseline, its branches and its claims, as labelled arrays."""

import difflib
import json
import re
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

BASELINE, BRANCHES, CLAIMS = "baseline", "branches", "claims"


QUARTER = r"\d{4}Q[1-4]"


class ResultError(Exception):
    """What is wrong with a file or a request, as one sentence for its user."""


def open(path):
    """Opens a result file of `equipoise run` or `equipoise sweep`."""
    path = Path(path)
    if not path.exists():
        raise ResultError(f"{path}: there is no such file")
    if path.is_dir():
        raise ResultError(f"{path}: this is a directory, not a result file")
    try:
        with h5py.File(path, "r") as file:
            names = list(file)
            branches = list(file[BRANCHES]) if BRANCHES in file else []
    except OSError as error:
        raise ResultError(f"{path}: not a readable HDF5 file ({_one_line(error)})") from None
    if not {"run", "time"} <= set(names):
        raise ResultError(f"{path}: not a result of equipoise, since it has no dimensions 'run' and 'time'")
    try:
        scenario = _read(path, None)
        parts = {name: _read(path, name) for name in (BASELINE, CLAIMS) if name in names}
        branches = {name: _read(path, f"{BRANCHES}/{name}") for name in branches}
    except (OSError, ValueError, KeyError) as error:
        raise ResultError(f"{path}: the file is damaged or its arrays have no labels ({_one_line(error)})") from None
    return Result(path, scenario, parts.get(BASELINE), branches, parts.get(CLAIMS))


def _read(path, group):
    return xr.open_dataset(path, engine="h5netcdf", group=group, decode_times=False)


def _one_line(error):
    return " ".join(str(error).split())


class Result:
    """What a file holds.  `scenario`, `baseline` (or None), `branches` (by name) and `claims` (or None) are datasets."""

    def __init__(self, path, scenario, baseline=None, branches=None, claims=None):
        self.path, self.scenario, self.baseline, self.claims = Path(path), scenario, baseline, claims
        self.branches = branches or {}

    def __repr__(self):
        parts = ["baseline"] * (self.baseline is not None) + [f"branch {name}" for name in self.branches]
        parts += [f"{self.claims.sizes['claim']} claims"] if self.claims is not None else []
        sizes = ", ".join(f"{size} {name}{'s' * (size != 1)}" for name, size in self.scenario.sizes.items()
                          if name in ("run", "state"))
        return f"<{self.path.name}: {self.title}; {self.span}; {sizes}; {', '.join(parts) or 'nothing to compare with'}>"

    def close(self):
        for part in (self.scenario, self.baseline, self.claims, *self.branches.values()):
            if part is not None:
                part.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def title(self):
        return str(self.scenario.attrs.get("title") or self.path.stem)

    @property
    def runs(self):
        return self.scenario.sizes["run"]

    @property
    def span(self):
        """First and last quarter, as text."""
        if "quarter" in self.scenario:
            labels = self.scenario["quarter"].values
            return f"{labels[0]} to {labels[-1]}"
        return "{:g} to {:g}".format(*self.scenario["time"].values[[0, -1]])

    @property
    def events(self):
        """The dated changes of the scenario: a list of {"at", "path", "note"}; empty if the file gives none."""
        try:
            events = json.loads(self.scenario.attrs["events"])
        except KeyError:
            events = self._configured_events()
        except (TypeError, ValueError):
            events = []
        events = [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
        return [{key: str(event.get(key, "")) for key in ("at", "path", "note")} for event in events
                if re.fullmatch(QUARTER, str(event.get("at")))]

    def full_name(self, code):
        """The name of a state, where the file gives it; else the code."""
        if "state_name" not in self.scenario:
            return code
        names = dict(zip(map(str, self.scenario["state"].values), map(str, self.scenario["state_name"].values)))
        return names.get(code) or code

    def _configured_events(self):
        """The events of the effective configuration, which the program writes with one event a line."""
        text = str(self.scenario.attrs.get("config_effective", ""))
        block = re.search(r"^events = \(\n(.*?)\n\);", text, re.DOTALL | re.MULTILINE)
        texts = re.compile(r'(\w+) = "((?:[^"\\]|\\.)*)"')
        return [{name: re.sub(r"\\(.)", r"\1", value) for name, value in texts.findall(line)}
                for line in (block[1].split("\n") if block else [])]

    def comparison(self, versus=BASELINE):
        """The dataset that the scenario is compared with: "baseline" or the name of a branch."""
        if versus == BASELINE:
            if self.baseline is None:
                raise ResultError(f"{self.path}: the file has no baseline, so there is nothing to compare the scenario with "
                                  "(run it without --no-baseline)")
            return self.baseline
        if versus not in self.branches:
            raise ResultError(f"{self.path}: no branch {versus!r}{_nearest(versus, self.branches)}")
        return self.branches[versus]

    def values(self, quantity, dataset=None):
        """A quantity by its name as in claims, or a whole variable by its bare name.

        Forms: name[label,label]; between labels + adds and | takes the mean; * is the mean over all."""
        dataset = self.scenario if dataset is None else dataset
        name, labels = split(quantity)
        if name not in dataset.data_vars:
            raise ResultError(f"{self.path}: no variable {name!r}{_nearest(name, dataset.data_vars)}")
        array = dataset[name]
        axes = label_axes(array)
        if labels and len(labels) != len(axes):
            raise ResultError(f"{self.path}: {quantity}: {name} takes {len(axes)} labels ({', '.join(axes)})")
        for axis, label in zip(axes, labels):
            known = [str(value) for value in dataset[axis].values]
            chosen = known if label == "*" else re.split(r"[+|]", label)
            for one in chosen:
                if one not in known:
                    raise ResultError(f"{self.path}: {quantity}: no {axis} {one!r}{_nearest(one, known)}")
            if chosen == [label]:
                array = array.sel({axis: label})
            else:
                several = array.sel({axis: chosen})
                array = several.sum(axis, keep_attrs=True) if "+" in label else several.mean(axis, keep_attrs=True)
        return array

    def effect(self, quantity, versus=BASELINE):
        """Scenario less comparison, run by run and quarter by quarter: the runs share their random numbers."""
        ours, theirs = self.values(quantity), self.values(quantity, self.comparison(versus))
        if not (np.issubdtype(ours.dtype, np.number) and np.issubdtype(theirs.dtype, np.number)):
            raise ResultError(f"{self.path}: {quantity} holds labels, which have no difference")
        try:
            ours, theirs = xr.align(ours, theirs, join="exact")
        except ValueError:
            raise ResultError(f"{self.path}: scenario and {versus} differ in their runs, dates or labels") from None
        difference = ours.astype(float) - theirs.astype(float)
        difference.attrs = dict(ours.attrs)
        return difference

    def state(self, code):
        """The code itself, if the file has such a state."""
        known = [str(label) for label in self.scenario["state"].values]
        if code not in known:
            raise ResultError(f"{self.path}: no state {code!r}; the file has {', '.join(known)}")
        return code

    def name(self, quantity):
        """The long name of a variable, as the file gives it."""
        array = self.values(split(quantity)[0])
        return str(array.attrs.get("long_name") or array.name)

    def unit(self, quantity):
        """The unit of a variable, empty for pure numbers."""
        unit = str(self.values(split(quantity)[0]).attrs.get("units", ""))
        return "" if unit == "1" else unit

    def during(self, array, at):
        """The part of an array at a date: a quarter, a range "2022Q1..2025Q4", or a decimal year."""
        first, last = dates(at)
        inside = (array["time"].values >= first - 0.01) & (array["time"].values <= last + 0.01)
        if not inside.any():
            raise ResultError(f"{self.path}: nothing is recorded at {at}; the file covers {self.span}")
        return array.isel(time=np.flatnonzero(inside))


def split(quantity):
    """"name[a,b|c]" -> ("name", ["a", "b|c"])."""
    match = re.fullmatch(r"\s*(\w+)\s*(?:\[([^\]]*)\])?\s*", quantity)
    if match is None:
        raise ResultError(f"{quantity!r} is not the name of a quantity, which looks like name or name[label,label]")
    return match[1], [label for label in (match[2] or "").replace(" ", "").split(",") if label]


def single(label):
    """Whether it is one label, not a sum or mean of several."""
    return not re.search(r"[+|*]", label)


def label_axes(array):
    """The dimensions that carry labels: all but run and time."""
    return [axis for axis in array.dims if axis not in ("run", "time")]


def dates(at):
    """First and last decimal year (ends of quarters) of a quarter, a range of quarters or a number."""
    ends = str(at).split("..")
    try:
        ends = [int(end[:4]) + int(end[5]) / 4 if re.fullmatch(QUARTER, end) else float(end)
                for end in map(str.strip, ends)]
    except ValueError:
        raise ResultError(f"{at!r} is not a date, which looks like 2022Q1, 2022Q1..2025Q4 or 2022.25") from None
    return ends[0], ends[-1]


def _nearest(word, known):
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
