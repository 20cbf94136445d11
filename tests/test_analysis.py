#!/usr/bin/python3
"""The Python package opens a result file by its own labels and draws every picture, whatever the file leaves out.

    tests/test_analysis.py [RESULT]     or the environment variable EQUIPOISE_RESULT
"""

import ast
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analysis" / "equipoise"
NOTEBOOK = ROOT / "analysis" / "us-withdrawal.ipynb"
sys.path.insert(0, str(PACKAGE.parent))
sys.dont_write_bytecode = True

import equipoise  # noqa: E402
from equipoise import evidence, pictures  # noqa: E402

PROGRAM = ROOT / "build" / "equipoise"
RESULT = Path(os.environ.get("EQUIPOISE_RESULT") or "us-withdrawal.h5").resolve()
OWN_WORDS = {pictures.SELF}     # labels that belong to the file format, not to a world


def labels(path, axis):
    with h5py.File(path) as file:
        return list(file[axis].asstr())


def without(path, *groups):
    with h5py.File(path, "a") as file:
        for group in groups:
            if group in file:
                del file[group]
    return path


def one_run(source, path):
    """The same file with its first run only."""
    def shrink(dataset):
        axes = [dim.keys()[0] if len(dim) else None for dim in dataset.dims]
        return dataset[()] if "run" not in axes else np.take(dataset[()], [0], axis=axes.index("run"))

    def fill(old, new, root):
        for name in old:
            if old.get(name, getlink=True).__class__ is h5py.SoftLink:
                new[name] = h5py.SoftLink(old.get(name, getlink=True).path)
            elif isinstance(old[name], h5py.Group):
                fill(old[name], new.create_group(name), root)
            elif name not in new:
                copy(old[name], new, name, root)
        return new

    def copy(old, new, name, root):
        is_scale = old.attrs.get("CLASS", b"") == b"DIMENSION_SCALE"
        data = old[()][:1] if is_scale and name == "run" else shrink(old)
        made = new.create_dataset(name, data=data, dtype=old.dtype)
        for key in ("units", "long_name"):
            if key in old.attrs:
                made.attrs[key] = old.attrs[key]
        if is_scale:
            made.make_scale(name)
            return
        for k, dim in enumerate(old.dims):
            if len(dim):
                axis = dim[0].name
                if axis not in root:
                    copy(old.file[axis], root, axis.lstrip("/"), root)
                made.dims[k].attach_scale(root[axis])

    with h5py.File(source) as old, h5py.File(path, "w") as new:
        for name, value in old.attrs.items():
            new.attrs[name] = value
        for name in old:       # scales first
            if isinstance(old[name], h5py.Dataset) and old[name].attrs.get("CLASS", b"") == b"DIMENSION_SCALE":
                copy(old[name], new, name, new)
        if "claims" in old and "claim" in old["claims"]:
            copy(old["claims/claim"], new.create_group("claims"), "claim", new)
        for name in old:
            if isinstance(old[name], h5py.Group) and name in new:
                fill(old[name], new[name], new)
            elif isinstance(old[name], h5py.Group):
                fill(old[name], new.create_group(name), new)
            elif name not in new:
                copy(old[name], new, name, new)
    return path


def drawings(result):
    """Every picture, called as a reader would."""
    state = evidence.states_of_interest(result)[0]
    variable = evidence.state_variables(result)[0]
    return {
        "fan": lambda axes=None: pictures.fan(result, f"{variable}[{state}]", axes),
        "alignment": lambda axes=None: pictures.alignment(result, state, axes),
        "threat": lambda axes=None: pictures.threat(result, axes=axes),
        "threat_over_time": lambda axes=None: pictures.threat_over_time(result, state, axes),
        "network": lambda axes=None: pictures.network(result, axes=axes),
        "forest": lambda axes=None: pictures.forest(result, axes),
    }


def maps(result):
    """The pictures of a world in which provinces change hands."""
    return {
        "owners": lambda axes=None: pictures.owners(result, axes=axes),
        "shares": lambda axes=None: pictures.shares(result, axes=axes),
    }


def run(*arguments):
    environment = dict(os.environ, PYTHONPATH=str(PACKAGE.parent), PYTHONDONTWRITEBYTECODE="1")
    command = [sys.executable, "-m", "equipoise", *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False)


class Analysis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not RESULT.exists():
            raise unittest.SkipTest(f"no result file {RESULT}")
        cls.room = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.room)
        cls.result = equipoise.open(RESULT)
        cls.addClassCleanup(cls.result.close)
        cls.single = one_run(RESULT, cls.room / "one-run.h5")
        cls.bare = without(shutil.copy(cls.single, cls.room / "bare.h5"), "baseline")
        cls.plain = without(shutil.copy(RESULT, cls.room / "plain.h5"), "baseline", "claims")

    def tearDown(self):
        plt.close("all")

    # ---- opening -------------------------------------------------------------------------------------

    def test_labels_are_those_of_the_file(self):
        for axis in ("state", "pole"):
            self.assertEqual(list(self.result.scenario[axis].values), labels(RESULT, axis))
        self.assertEqual(self.result.scenario["alignment"].dims, ("run", "time", "state", "pole"))

    def test_shares_of_alignment_sum_to_one(self):
        total = self.result.scenario["alignment"].sum("pole").values
        np.testing.assert_allclose(total, 1, atol=1e-9)

    def test_values_by_the_name_of_a_claim(self):
        for quantity in self.result.claims["quantity"].values.astype(str):
            self.assertEqual(set(self.result.values(quantity).dims), {"run", "time"}, quantity)

    def test_sums_and_means_of_labels(self):
        first, second = labels(RESULT, "state")[:2]
        name = evidence.state_variables(self.result)[0]
        one, two, both, all_ = (self.result.values(f"{name}[{label}]").values
                                for label in (first, second, f"{first}|{second}", "*"))
        np.testing.assert_allclose(both, (one + two) / 2)
        np.testing.assert_allclose(all_, self.result.values(name).mean("state").values)
        np.testing.assert_allclose(self.result.values(f"{name}[{first} + {second}]").values, one + two)

    def test_unknown_names_are_explained(self):
        state = labels(RESULT, "state")[0]
        for quantity, fragment in (
                ("alignmen", "did you mean alignment?"), ("alignment[NOWHERE,x]", "no state 'NOWHERE'"),
                (f"alignment[{state}]", "takes 2 labels (state, pole)"), ("a b", "is not the name of a quantity")):
            with self.assertRaises(equipoise.ResultError) as caught:
                self.result.values(quantity)
            self.assertIn(fragment, str(caught.exception))

    def test_dates(self):
        array = self.result.values("alignment")
        first = str(self.result.scenario["quarter"].values[0])
        inside = self.result.during(array, first)
        np.testing.assert_allclose(inside["time"].values, array["time"].values[:1])
        with self.assertRaises(equipoise.ResultError):
            self.result.during(array, "1066Q1")

    # ---- effects and claims ----------------------------------------------------------------------------

    def test_identical_arms_have_no_effect(self):
        same = equipoise.Result(RESULT, self.result.scenario, self.result.scenario)
        for name in evidence.state_variables(same) + ["alignment"]:
            effect = same.effect(name).values
            self.assertEqual(np.abs(effect[np.isfinite(effect)]).max(), 0, name)

    def test_effect_is_the_paired_difference(self):
        with h5py.File(RESULT) as file:
            expected = file["alignment"][()] - file["baseline/alignment"][()]
        np.testing.assert_array_equal(self.result.effect("alignment").values, expected)

    def test_effects_of_claims_agree_with_the_arrays(self):
        if self.result.branches:
            self.skipTest("a claim may be about a branch, which the file does not tell")
        for claim in equipoise.claims_table(self.result).itertuples():
            if claim.versus == "baseline":
                effect = float(self.result.during(self.result.effect(claim.quantity), claim.at).mean())
                self.assertAlmostEqual(claim.effect, effect, delta=1e-9 + 1e-6 * abs(effect), msg=claim.quantity)

    def test_verdicts_are_those_of_the_program(self):
        if not PROGRAM.exists():
            self.skipTest(f"no {PROGRAM}")
        done = subprocess.run([PROGRAM, "check", "--format", "json", RESULT], capture_output=True, text=True, check=True)
        table = equipoise.claims_table(self.result)
        told = json.loads(done.stdout)
        self.assertEqual([claim["verdict"] for claim in told], list(table["verdict"]))
        for theirs, ours in (("effect", "effect"), ("low", "low"), ("high", "high"), ("share", "right_runs")):
            numbers = np.array([claim[theirs] for claim in told], dtype=float)      # null becomes NaN
            np.testing.assert_allclose(numbers, table[ours], rtol=1e-4, atol=1e-12, err_msg=ours)

    def test_interval(self):
        mean, low, high = evidence.interval([1.0, 2.0, 3.0, 4.0])     # t = 3.18245 with 3 degrees of freedom
        self.assertAlmostEqual(mean, 2.5)
        self.assertAlmostEqual(high - mean, 3.18245 * np.std([1, 2, 3, 4], ddof=1) / 2, places=4)
        self.assertAlmostEqual(mean - low, high - mean)
        self.assertAlmostEqual(evidence.interval([0.0, 2.0])[2], 1 + 12.7062, places=2)
        self.assertTrue(np.isnan(evidence.interval([1.0])[1]))
        self.assertEqual(evidence.interval([3.0, np.nan])[0], 3)

    # ---- pictures --------------------------------------------------------------------------------------

    def draw_all(self, path, allowed=()):
        with equipoise.open(path) as result:
            for name, draw in drawings(result).items():
                with self.subTest(picture=name, file=path.name):
                    if name in allowed:
                        with self.assertRaises(equipoise.ResultError):
                            draw()
                        continue
                    axes = draw()
                    self.assertIsInstance(axes, matplotlib.axes.Axes)
                    _, own = plt.subplots()
                    self.assertIs(draw(own), own)
                    with io.BytesIO() as picture:
                        axes.figure.savefig(picture)
                        self.assertGreater(picture.tell(), 1000)
                    self.assertNotEqual(axes.get_title(loc="left"), "")
                    plt.close("all")

    def test_pictures(self):
        self.draw_all(RESULT)

    def test_pictures_of_one_run(self):
        self.draw_all(self.single)

    def test_pictures_without_baseline(self):
        self.draw_all(self.bare)

    def test_pictures_without_baseline_and_claims(self):
        self.draw_all(self.plain, allowed={"forest"})

    def test_every_picture_is_tried_here(self):
        public = {name for name, function in inspect.getmembers(pictures, inspect.isfunction)
                  if function.__module__ == pictures.__name__ and not name.startswith("_")}
        self.assertEqual(public, set(drawings(self.result)) | set(maps(self.result)))

    def test_no_label_of_a_world_in_the_source(self):
        codes = set(labels(RESULT, "state")) | set(labels(RESULT, "pole")) - OWN_WORDS
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(codes))) + r")\b")
        for path in sorted(PACKAGE.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self.assertNotRegex(node.value, pattern, f"{path.name}:{node.lineno}")

    # ---- the command -----------------------------------------------------------------------------------

    def test_command_draws(self):
        for state in (None, labels(RESULT, "state")[1]):
            picture = self.room / f"picture-{state}.png"
            done = run(RESULT, "-o", picture, *(["--state", state] if state else []))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
            self.assertGreater(picture.stat().st_size, 20000)

    def test_command_fails_in_one_sentence(self):
        text = self.room / "text.h5"
        text.write_text("not HDF5\n")
        foreign = self.room / "foreign.h5"
        with h5py.File(foreign, "w") as file:
            file["x"] = np.arange(3)
        for arguments, fragment in (
                ((self.room / "missing.h5",), "there is no such file"), ((self.room,), "a directory"),
                ((text,), "not a readable HDF5 file"), ((foreign,), "not a result of equipoise"),
                ((self.bare,), "has no baseline"), ((RESULT, "--state", "NOWHERE"), "no state 'NOWHERE'")):
            picture = self.room / "never.png"
            done = run(*arguments, "-o", picture)
            with self.subTest(fragment):
                self.assertEqual(done.returncode, 1)
                self.assertIn(fragment, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
                self.assertFalse(picture.exists())
        for output in (self.room / "nowhere" / "x.png", self.room / "x.unknown"):
            done = run(RESULT, "-o", output)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot write the picture", done.stderr)
            self.assertNotIn("Traceback", done.stderr)

    # ---- the notebook ------------------------------------------------------------------------------------

    def test_notebook_runs(self):
        if shutil.which("jupyter-nbconvert") is None:
            self.skipTest("no jupyter-nbconvert")
        environment = dict(os.environ, EQUIPOISE_RESULT=str(RESULT), PYDEVD_DISABLE_FILE_VALIDATION="1")
        command = ["jupyter-nbconvert", "--to", "html", "--execute", "--output-dir", str(self.room), str(NOTEBOOK)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])


class Speed(unittest.TestCase):
    """The file of the benchmark as a table and a picture."""

    @staticmethod
    def sample(folder, **changed):
        figure = {"name": "threads", "states": 14, "unit": "ratio", "meaning": "two over one"}
        text = {"program": "Equipoise", "date": "2026-01-02T03:04:05Z", "machine": {"processor": "P", "cores": 2},
                "figures": [{**figure, "at_least": 1.85, "rounds": [1.9, 1.8, 2.0]},
                            {**figure, "name": "cost", "at_most": 0.05, "rounds": [0.08, 0.06, 0.04, 0.07]},
                            {**figure, "name": "time", "unit": "ns", "rounds": [3.0]}], **changed}
        path = Path(folder) / "speed.json"
        path.write_text(json.dumps(text))
        return path

    def test_table(self):
        with tempfile.TemporaryDirectory() as folder:
            table = equipoise.speed.read(self.sample(folder)).set_index("name")
        self.assertEqual(list(table["met"]), [True, False, None])
        self.assertEqual(list(table["median"]), [1.9, 0.065, 3.0])
        self.assertEqual(table.attrs["machine"]["cores"], 2)

    def test_picture(self):
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "speed.png"
            done = run(self.sample(folder), "-o", picture)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
            axes = equipoise.speed.ratios(equipoise.speed.read(self.sample(folder)))
            self.assertEqual([label.get_text() for label in axes.get_yticklabels()],
                             ["two over one, 14 states: 1.9 (at least 1.85)", "two over one, 14 states: 0.065 (at most 0.05)"])
            plt.close(axes.figure)

    def test_other_files_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            for path, fragment in ((Path(folder) / "missing.json", "there is no such file"),
                                   (self.sample(folder, figures=[{"name": "x"}]), "not a file of the benchmark")):
                done = run(path, "-o", Path(folder) / "x.png")
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
                self.assertIn(fragment, done.stderr)


class AtWar(unittest.TestCase):
    """Pictures of a world in which provinces change hands."""

    @classmethod
    def setUpClass(cls):
        program = Path(os.environ.get("EQUIPOISE", PROGRAM))
        if not program.exists():
            raise unittest.SkipTest(f"no program {program}")
        cls.room = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.room)
        cls.path = cls.room / "war.h5"
        subprocess.run([program, "run", ROOT / "tests" / "scenarios" / "war.cfg", "-q", "-o", cls.path], check=True)
        cls.result = equipoise.open(cls.path)
        cls.addClassCleanup(cls.result.close)

    def tearDown(self):
        plt.close("all")

    def test_pictures(self):
        for name, draw in maps(self.result).items():
            axes = draw()
            _, own = plt.subplots()
            self.assertIs(draw(own), own)
            self.assertNotEqual(axes.get_title(loc="left"), "", name)

    def test_a_map_shows_who_holds_what(self):
        """Each place has the colour of its owner, at every date the same; borders are between owners alone."""
        states = self.result.scenario["state"].values.astype(str)
        quarters = self.result.scenario["quarter"].values.astype(str)
        place = [self.result.scenario[name].values[1, 0] for name in ("longitude", "latitude")]
        colour_of = {}
        for when in (0, 40, 79):
            owner = self.result.scenario["owner"].values[1, when].astype(int)
            axes = pictures.owners(self.result, quarters[when], 1)
            shown = axes.images[0]
            west, east, south, north = shown.get_extent()
            image = np.asarray(shown.get_array())
            rows, columns = image.shape[:2]
            for k, (x, y) in enumerate(zip(*place)):
                dot = image[int((y - south) / (north - south) * rows), int((x - west) / (east - west) * columns)]
                self.assertEqual(colour_of.setdefault(states[owner[k]], tuple(dot)), tuple(dot))
            self.assertEqual(axes.get_title(loc="left"), f"{quarters[when]}: {len(set(owner))} states")
            ink = np.isclose(image, matplotlib.colors.to_rgb(pictures.INK)).all(axis=2)
            for k in range(len(states)):        # half way to a neighbour there is ink if it is another's
                apart = np.hypot(place[0] - place[0][k], place[1] - place[1][k])
                apart[k] = np.inf
                other = int(apart.argmin())
                x, y = (place[0][k] + place[0][other]) / 2, (place[1][k] + place[1][other]) / 2
                row, column = int((y - south) / (north - south) * rows), int((x - west) / (east - west) * columns)
                near = ink[max(0, row - 2):row + 3, max(0, column - 2):column + 3].any()
                self.assertEqual(bool(near), bool(owner[k] != owner[other]), (when, k, other))
        self.assertEqual(len(set(colour_of.values())), len(colour_of))

    def test_shares_end_with_their_states(self):
        lines = pictures.shares(self.result, 0).get_lines()
        values = self.result.scenario["capability"].values[0]
        curves = [line.get_ydata() for line in lines if len(line.get_ydata()) == len(values)]
        self.assertEqual(len(curves), values.shape[1])
        np.testing.assert_array_equal(np.sort(np.isfinite(np.array(curves)).sum(axis=1)), np.sort(np.isfinite(values).sum(axis=0)))

    def test_what_cannot_be_drawn_is_said(self):
        for draw, said in ((lambda: pictures.owners(self.result, run=3), "no run 3; the file has 0 to 2"),
                           (lambda: pictures.shares(self.result, run=-1), "no run -1"),
                           (lambda: pictures.owners(self.result, "1066Q1"), "nothing is recorded at 1066Q1")):
            with self.assertRaises(equipoise.ResultError) as caught:
                draw()
            self.assertIn(said, str(caught.exception))

    def test_command(self):
        done = run(self.path, "-o", self.room / "war.png", "--run", "2")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual((self.room / "war.png").read_bytes()[:4], b"\x89PNG")
        done = run(self.path, "-o", self.room / "never.gif", "--run", "3")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("no run 3", done.stderr)
        self.assertFalse((self.room / "never.gif").exists())

    def test_film(self):
        equipoise.film(self.result, self.room / "war.gif", frames=3)
        self.assertEqual((self.room / "war.gif").read_bytes()[:4], b"GIF8")


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).suffix:
        RESULT = Path(sys.argv.pop(1)).resolve()
    unittest.main()
