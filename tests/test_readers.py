"""A real result file opens in xarray, h5py and ncdump with labels, units and everything that it must hold."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import xarray as xr

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
SCENARIO = "scenarios/us-withdrawal.cfg"


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = os.path.join(cls.folder.name, "result.h5")
        subprocess.run([PROGRAM, "run", SCENARIO, "-r", "3", "-q", "-o", cls.file], cwd=ROOT, check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_layout(self):
        done = subprocess.run([sys.executable, "tests/result_readers.py", self.file], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_labels(self):
        with xr.open_dataset(self.file, engine="h5netcdf") as data:
            self.assertEqual(list(data.run.values), [0, 1, 2])
            self.assertEqual(str(data.quarter.values[0]), "2016Q1")
            self.assertEqual(float(data.time[0]), 2016.25)
            self.assertIn("UZB", data.state.values)
            self.assertEqual(str(data.pole.values[0]), "self")
            self.assertEqual(data.alignment.dims, ("run", "time", "state", "pole"))
            self.assertAlmostEqual(float(data.alignment.sum("pole").min()), 1, places=12)

    def test_baseline_is_paired(self):
        with xr.open_dataset(self.file, engine="h5netcdf") as data, \
             xr.open_dataset(self.file, engine="h5netcdf", group="baseline") as baseline:
            before = data.growth.sel(time=slice(None, 2021.25)) - baseline.growth.sel(time=slice(None, 2021.25))
            self.assertEqual(float(abs(before).max()), 0, "before the event the two are one")
            self.assertGreater(float(abs(data.militancy - baseline.militancy).max()), 0)

    def test_text_and_configuration(self):
        with h5py.File(self.file) as data:
            text = data.attrs["config"]
            self.assertEqual(text, (ROOT / SCENARIO).read_text())
            self.assertEqual(int(data.attrs["seed"]), int(data.attrs["seed_text"]))
            self.assertIn("0.1.0", data.attrs["source"])
            for name in ("hdf5", "gsl", "libconfig", "compiler"):
                self.assertIn(name, data["provenance"].attrs)
            self.assertTrue(json.loads(data.attrs["events"]))
            effective = data.attrs["config_effective"]
        again = os.path.join(self.folder.name, "again.cfg")
        other = os.path.join(self.folder.name, "again.h5")
        pathlib.Path(again).write_text(effective)
        subprocess.run([PROGRAM, "run", again, "-q", "-r", "3", "-o", other], cwd=ROOT, check=True)
        with h5py.File(self.file) as first, h5py.File(other) as second:
            for name in ("alignment", "burden", "militancy"):
                self.assertEqual(hashlib.sha256(first[name][...].tobytes()).digest(),
                                 hashlib.sha256(second[name][...].tobytes()).digest(), name)

    @unittest.skipUnless(shutil.which("ncdump"), "ncdump is not installed")
    def test_ncdump(self):
        header = subprocess.run(["ncdump", "-h", self.file], capture_output=True, text=True, check=True).stdout
        self.assertIn("alignment(run, time, state, pole)", header)


if __name__ == "__main__":
    unittest.main()
