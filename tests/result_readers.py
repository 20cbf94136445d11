#!/usr/bin/python3
"""Opens a result file as its users do, by xarray and by h5py, and checks that all labels and units are there.

    /usr/bin/python3 tests/result_readers.py FILE
"""
import sys
import warnings

import h5py
import numpy
import xarray

LABELS = ("state", "state_to", "pole")
ROOT = ("title", "config", "config_effective", "seed_text", "source", "Conventions", "results_digest")
SCALES = ("run", "time", "state", "state_to", "pole", "institution", "issue", "claim")


def described(dataset, place):
    """Every variable, coordinates included, says what it is and in which unit."""
    for name, variable in dataset.variables.items():
        for attribute in ("units", "long_name"):
            assert variable.attrs.get(attribute), f"{place}{name}: no {attribute}"


def labelled(dataset, place):
    """Axes are selected by label; numbers have the types that the contract names."""
    assert numpy.issubdtype(dataset.run.dtype, numpy.integer), f"{place}run: {dataset.run.dtype}"
    assert list(dataset.run.values) == list(range(dataset.sizes["run"])), f"{place}run: not 0 to R-1"
    assert dataset.time.dtype == float, f"{place}time: {dataset.time.dtype}"
    assert (numpy.diff(dataset.time.values) > 0).all(), f"{place}time: does not rise"
    for name in LABELS:
        values = dataset[name].values
        assert all(isinstance(v, str) and v for v in values), f"{place}{name}: not text: {values[:3]}"
        assert len(set(values)) == len(values), f"{place}{name}: labels occur twice"
    for name, axis in (("quarter", "time"), ("state_name", "state")):
        assert name in dataset.coords and dataset[name].dims == (axis,), f"{place}{name}: no coordinate on {axis}"
    for name, variable in dataset.data_vars.items():
        if name.endswith("_name"):
            continue  # labels beside an axis that no variable of this file has
        assert variable.dims[0] == "run", f"{place}{name}: {variable.dims}"
        if "time" in variable.dims:
            assert variable.dims[1] == "time", f"{place}{name}: {variable.dims}"
            chosen = {d: dataset[d].values[-1] for d in variable.dims}
            assert variable.sel(chosen).shape == (), f"{place}{name}: cannot be selected by label"


def open_with_xarray(path, group=None):
    """The labelled dataset, loaded; a warning while decoding is an error."""
    place = f"/{group}/" if group else "/"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with xarray.open_dataset(path, engine="h5netcdf", group=group) as lazy:
            dataset = lazy.load()
    described(dataset, place)
    return dataset, place


def groups_of(path):
    """The file's structure by h5py: which arms and tables there are."""
    with h5py.File(path) as file:
        for name in ROOT:
            assert isinstance(file.attrs.get(name), str), f"attribute {name}: missing or not text"
        assert str(int(file.attrs["seed"])) == file.attrs["seed_text"], "seed and seed_text differ"
        assert file["state"].asstr()[0], "state: no text"
        for group in [file] + [file[g] for g in ("baseline",) if g in file]:
            for name, item in group.items():
                if isinstance(item, h5py.Dataset) and name not in SCALES:
                    axes = [list(axis.keys()) for axis in item.dims]
                    assert all(len(a) == 1 for a in axes), f"{item.name}: axes {axes}"
                    for axis, length in zip(axes, item.shape):
                        assert file[axis[0]].shape == (length,), f"{item.name}: length of {axis[0]}"
        arms = ["baseline"] if "baseline" in file else []
        arms += [f"branches/{b}" for b in file.get("branches", {})]
        return arms, [g for g in ("parameters", "claims") if g in file]


def main(path):
    arms, tables = groups_of(path)
    root, place = open_with_xarray(path)
    labelled(root, place)
    variables = {n for n, v in root.data_vars.items() if "time" in v.dims}
    for arm in arms:
        dataset, place = open_with_xarray(path, arm)
        labelled(dataset, place)
        found = {name for name in dataset.data_vars if not name.endswith("_name")}
        assert found == {name for name in variables if not name.endswith("_name")}, f"{place}: {found ^ variables}"
        for name, variable in dataset.data_vars.items():
            assert variable.dims == root[name].dims and variable.shape == root[name].shape, f"{place}{name}"
            assert str(variable.attrs) == str(root[name].attrs), f"{place}{name}: attributes differ"
    for table in tables:
        dataset, place = open_with_xarray(path, table)
        assert "run" in dataset.coords, f"{place}: no runs"
    if "claims" in tables:
        assert dataset.effect.dims == ("claim", "run") and dataset.share.dtype == bool, f"{place}: {dataset}"
        assert len(set(dataset.claim.values)) == dataset.sizes["claim"], f"{place}: identifiers occur twice"
    if "status" in root:
        assert root.status.attrs["flag_meanings"].startswith("ok failed") and root.status.dtype == numpy.int8
    sizes = ", ".join(f"{root.sizes[d]} {d}" for d in ("run", "time", "state"))
    print(f"result_readers: {path}: {len(variables)} variables, {sizes}, groups {' '.join(arms + tables) or 'none'}: ok")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
