#!/usr/bin/env python3
"""The same scenario, seed and program give the same bytes, and what is switched off leaves the luck of the others alone.

    EQUIPOISE=build/equipoise tests/test_identity.py [-v] [NAME...]
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("EQUIPOISE", ROOT / "build" / "equipoise")).resolve()
SCENARIOS = ROOT / "tests" / "scenarios"
TINY, GRID, FAILING = (SCENARIOS / f"{name}.cfg" for name in ("tiny", "grid", "failing"))
WITHDRAWAL = ROOT / "scenarios" / "us-withdrawal.cfg"

# With these, growth is its trend, the events and its own draw: nothing that another mechanism does reaches it.
ALONE = ("model.mechanisms.arms=false", "model.economy.demand_pull=0.0", "model.economy.loan_push=0.0",
         "model.economy.diversion_cost=0.0")


class Identity(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="equipoise-identity-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.made = 0

    def play(self, command, scenario, *words, status=0, **how):
        """The file that a command makes."""
        self.made += 1
        path = self.dir / f"{self.made}.h5"
        done = subprocess.run([PROGRAM, command, scenario, "-q", "-o", path, *map(str, words)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=300, **how)
        self.assertEqual(done.returncode, status, done.stderr)
        return path

    def bytes_of(self, *words, **how):
        return hashlib.sha256(self.play(*words, **how).read_bytes()).hexdigest()

    def numbers(self, path):
        """Every array of numbers in a file, by name."""
        found = {}
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.update({name: item[:]})
                            if isinstance(item, h5py.Dataset) and item.dtype.kind in "fi" else None)
        return found

    def test_threads(self):
        """More runs than a batch holds, and fewer than there are threads."""
        cases = [(("run", TINY, "-r", 150), 0), (("run", TINY, "-r", 2), 0), (("sweep", GRID), 0),
                 (("run", WITHDRAWAL, "-r", 7), 0), (("sweep", FAILING, "-r", 1), 3)]
        for words, status in cases:
            with self.subTest(words):
                digests = {self.bytes_of(*words, "-j", threads, status=status) for threads in (1, 2, 3, 8)}
                self.assertEqual(len(digests), 1)

    def test_twice(self):
        for words in ("run", TINY), ("run", WITHDRAWAL, "-r", 5), ("sweep", GRID):
            self.assertEqual(self.bytes_of(*words), self.bytes_of(*words), words)
        self.assertNotEqual(self.bytes_of("run", TINY), self.bytes_of("run", TINY, "--seed", 8))

    def test_threads_of_the_environment(self):
        plain = self.bytes_of("run", TINY)
        for name, value in (("OMP_NUM_THREADS", "3"), ("OMP_DYNAMIC", "true"), ("OMP_THREAD_LIMIT", "1"),
                            ("OMP_SCHEDULE", "static")):
            self.assertEqual(plain, self.bytes_of("run", TINY, env={**os.environ, name: value}), name)

    def test_place(self):
        """From another folder, by another path, by a copy of the files elsewhere."""
        plain = self.bytes_of("run", TINY)
        self.assertEqual(plain, self.bytes_of("run", TINY.relative_to(ROOT), cwd=ROOT))
        self.assertEqual(plain, self.bytes_of("run", "tiny.cfg", cwd=SCENARIOS))
        self.assertEqual(plain, self.bytes_of("run", "../scenarios/./tiny.cfg", cwd=SCENARIOS.parent / "worlds"))
        for folder in "scenarios", "worlds":
            shutil.copytree(SCENARIOS.parent / folder, self.dir / "elsewhere" / folder)
        self.assertEqual(plain, self.bytes_of("run", self.dir / "elsewhere" / "scenarios" / "tiny.cfg", cwd="/"))

    def test_replicates_are_their_own(self):
        few, many = self.numbers(self.play("run", TINY, "-r", 3)), self.numbers(self.play("run", TINY, "-r", 70))
        for name in "gdp", "growth", "alignment", "hostility", "baseline/gdp":
            self.assertEqual(few[name].tobytes(), many[name][:3].tobytes(), name)

    def test_mechanisms_leave_the_draws_of_others_alone(self):
        def growth(*settings):
            words = [word for setting in (*ALONE, *settings) for word in ("-s", setting)]
            return self.numbers(self.play("run", TINY, *words))

        plain = growth()
        self.assertGreater(plain["growth"].std(axis=0).min(), 1e-4, "growth is drawn")
        for name in "alignment", "belief", "influence", "spillover", "threat":
            with self.subTest(off=name):
                other = growth(f"model.mechanisms.{name}=false")
                for arm in "growth", "baseline/growth":
                    self.assertEqual(plain[arm].tobytes(), other[arm].tobytes())
                self.assertNotEqual((plain["alignment"].tobytes(), plain["hostility"].tobytes()),
                                    (other["alignment"].tobytes(), other["hostility"].tobytes()), "it is off")
        other = growth("states.UZB.alignment.autonomy=4.0")
        self.assertEqual(plain["growth"].tobytes(), other["growth"].tobytes())
        self.assertNotEqual(plain["alignment"].tobytes(), other["alignment"].tobytes())

    def test_pairs_share_their_luck(self):
        """Where the event does not reach, scenario and baseline are equal to the bit, before and after."""
        found = self.numbers(self.play("run", TINY, *(word for setting in ALONE for word in ("-s", setting))))
        same = (found["growth"] == found["baseline/growth"]).all(axis=0)
        self.assertEqual((~same).any(axis=0).sum(), 1, "one state is touched")
        self.assertEqual((~same).any(axis=1).nonzero()[0].tolist(), list(range(2, 8)), "from 2021Q3 on")

    def test_other_instructions(self):
        """The mathematical functions of a processor without AVX2 and FMA round differently, and no more than that."""
        for scenario in TINY, WITHDRAWAL:
            plain = self.numbers(self.play("run", scenario, "-r", 3))
            environment = {**os.environ, "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable"}
            other = self.numbers(self.play("run", scenario, "-r", 3, env=environment))
            self.assertEqual(set(plain), set(other))
            for name, values in plain.items():
                with self.subTest(name, scenario=scenario.name):
                    scale = np.nanmax(np.abs(values), initial=0)
                    np.testing.assert_allclose(other[name], values, rtol=1e-9, atol=1e-12 * scale)


if __name__ == "__main__":
    unittest.main()
