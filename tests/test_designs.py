"""Designs of sweeps from outside: the same bytes on every way, more samples of a sweep that is there, what the file says of them."""
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ["EQUIPOISE"]).resolve()

SWEEP = """title = "A design for the tests";
base  = "{root}/scenarios/worlds/two-rivals.cfg";
time  = {{ start = "2020Q1"; end = "2029Q4"; }};
summaries = ( {{ quantity = "burden[RICH]"; take = "greatest"; name = "peak"; }}, {{ quantity = "concentration"; take = "final"; }} );
{more}
sweep = {{ {design} replicates = 2; {parameters} }};
"""
VARIED = """parameters = (
  { path = "states.*.security_seeking.arms_reaction"; range = [0.1, 0.4]; name = "reaction"; },
  { paths = ["model.mechanisms.domestic", "model.mechanisms.identity"]; values = [true, false]; name = "at home"; },
  { path = "model.threat.norm"; distribution = "normal"; mean = 4.0; sd = 0.5; range = [2.5, 6.0]; } );"""
STEPS = """parameters = ( { path = "model.threat.norm"; range = [3, 5]; steps = 9; },
  { path = "states.*.security_seeking.arms_reaction"; range = [0.1, 0.4]; steps = 4; scale = "log"; } );"""
POINTS = "model.threat.norm,model.mechanisms.domestic,states.*.security_seeking.arms_reaction\n" + "".join(
    f"{3 + k / 16},{'true' if k % 3 else 'false'},{0.1 + k / 128}\n" for k in range(24))
DESIGNS = {
    "random": ('design = "random"; samples = 40;', VARIED),
    "latin-hypercube": ('design = "latin-hypercube"; samples = 40;', VARIED),
    "sobol": ('design = "sobol"; samples = 8; second_order = true;', VARIED),
    "morris": ('design = "morris"; samples = 10;', VARIED),
    "grid": ('design = "grid";', STEPS),
    "list": ('design = "list";', 'points = "points.csv";'),
}
DRAWN = [name for name in DESIGNS if name not in ("grid", "list")]


class Designs(unittest.TestCase):
    name = ""  # of the design that is being tried

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="equipoise-designs-"))
        self.addCleanup(shutil.rmtree, self.dir)
        (self.dir / "points.csv").write_text(POINTS)

    def write(self, design, parameters=VARIED, more=""):
        (self.dir / "s.cfg").write_text(SWEEP.format(root=ROOT, design=design, parameters=parameters, more=more))

    def ends(self, status, *words):
        done = subprocess.run([PROGRAM, *map(str, words)], cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def made(self, *options, name="whole.h5"):
        """The bytes of a sweep in one piece."""
        self.ends(0, "sweep", "s.cfg", "-q", "--force", "-o", name, *options)
        return (self.dir / name).read_bytes()

    def each(self, names=tuple(DESIGNS)):
        for name in names:
            self.name = name
            self.write(*DESIGNS[name])
            yield name

    def _formatMessage(self, msg, standard):
        return f"{self.name}: {super()._formatMessage(msg, standard)}"

    def table(self, name):
        """The datasets of a file, without labels."""
        found = {}
        with h5py.File(self.dir / name) as file:
            file.visititems(lambda path, item: found.update({path: item[()]}) if isinstance(item, h5py.Dataset) else None)
        return found

    def given(self, name):
        """What every run was given: replicate and values."""
        table = self.table(name)
        columns = [table["replicate"], *(table[path] for path in table if path.startswith("parameters/"))]
        return list(zip(*(column.tolist() for column in columns)))

    # ---- the same bytes ------------------------------------------------------------------------------------------

    def test_threads_and_shards(self):
        for name in self.each():
            asked = ("--seed", "5") + (("--samples", "12") if name in DRAWN else ())
            for options, ways in ((), (1, 2, 3)), (asked, (2,)):
                expected = self.made("-j", "1", *options)
                for threads in set(ways) - {1}:
                    self.assertEqual(self.made("-j", threads, *options), expected, (threads, options))
                for shards in ways:
                    parts = [f"part-{shard}" for shard in range(1, shards + 1)]
                    for shard, part in enumerate(parts, 1):
                        self.ends(0, "sweep", "s.cfg", "-q", "-o", part, "--shard", f"{shard}/{shards}", *options)
                    self.ends(0, "merge", *reversed(parts), "-q", "--force", "-o", "merged.h5")
                    self.assertEqual((self.dir / "merged.h5").read_bytes(), expected, (shards, options))
                    for part in parts:
                        (self.dir / part).unlink()

    def test_killed(self):
        """kill -9 while it plays: --resume ends in the bytes of the whole."""
        lucky = random.Random(2)
        for name in self.each():
            many = ("-r", "400")
            begun = time.monotonic()
            expected = self.made(*many)
            takes = time.monotonic() - begun
            torn = 0
            while not (self.dir / "k.h5").exists():
                process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume", *many], cwd=self.dir)
                try:
                    process.wait(lucky.uniform(0.1, 0.6) * takes)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                torn += (self.dir / "k.h5.journal").exists()
            self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
            self.assertGreater(torn, 0)
            for path in self.dir.glob("k.h5*"):
                path.unlink()

    def test_another_design_is_another_sweep(self):
        """As many points, but others: no journal goes on with them, and no shards are put together.  The sweep stands in a
        file that is included: the text of the scenario stays the same."""
        changes = {
            "random": (("0.1, 0.4", "0.1, 0.5"), ("sd = 0.5", "sd = 0.4"), ("mean = 4.0", "mean = 4.5"), ("true, false", "false, true"),
                       ('name = "reaction"', 'name = "action"'), ("2.5, 6.0", "2.5, 5.5"), ('"random"', '"latin-hypercube"'),
                       ("range = [0.1, 0.4];", 'range = [0.1, 0.4]; scale = "log";'), ('identity"]', 'crisis"]')),
            "morris": (("samples = 10;", "samples = 10; levels = 6;"),),
            "sobol": (("samples = 8;", "samples = 9;"),),
            "grid": (("[3, 5]", "[3, 6]"), ('scale = "log";', "")),
            "list": ((),),
        }
        for name in self.each(changes):
            head, text = (self.dir / "s.cfg").read_text().split("sweep =")
            (self.dir / "s.cfg").write_text(head + '@include "part.cfg"\n')
            (self.dir / "part.cfg").write_text("sweep =" + text)
            self.ends(0, "sweep", "s.cfg", "-q", "--shard", "1/2", "-o", "one")
            self.ends(0, "sweep", "s.cfg", "-q", "--shard", "1/2", "-o", "one", "--resume")
            for change in changes[name]:
                if change:
                    self.assertIn(change[0], text)
                    (self.dir / "part.cfg").write_text("sweep =" + text.replace(*change))
                else:
                    (self.dir / "points.csv").write_text(POINTS.replace("3.5,", "3.51,"))
                done = self.ends(4, "sweep", "s.cfg", "-q", "--shard", "1/2", "-o", "one", "--resume")
                self.assertIn("one: error: belongs to another sweep", done.stderr, change)
                self.ends(0, "sweep", "s.cfg", "-q", "--shard", "2/2", "-o", "two", "--force")
                self.assertIn("another sweep", self.ends(4, "merge", "one", "two", "-o", "no.h5").stderr, change)
            (self.dir / "one").unlink()
            (self.dir / "two").unlink()

    # ---- more samples --------------------------------------------------------------------------------------------

    def test_more_samples(self):
        """What is there is taken over, and the file is the one that the larger sweep would have made."""
        for name in self.each(("random", "sobol", "morris")):
            self.made("--samples", "6", name="few.h5")
            expected = self.made("--samples", "15")
            done = self.ends(0, "sweep", "s.cfg", "--samples", "15", "-o", "more.h5", "--extend", "few.h5", "--force")
            self.assertEqual((self.dir / "more.h5").read_bytes(), expected)
            there, wanted = self.given("few.h5"), self.given("whole.h5")
            taken = int(re.search(r"(\d+) of them taken over", done.stdout)[1])
            self.assertEqual(taken, sum(run in set(there) for run in wanted))
            if name == "morris":  # its points lie on a grid: later trajectories meet those of earlier ones
                self.assertGreaterEqual(taken, len(there))
            else:
                self.assertEqual(taken, len(there))
            self.assertLess(taken, len(wanted))

    def test_second_order_later(self):
        """First-order indices first: A, AB and B stay for those of second order."""
        self.write('design = "sobol"; samples = 8;')
        self.made(name="few.h5")
        self.write(*DESIGNS["sobol"])
        expected = self.made()
        done = self.ends(0, "sweep", "s.cfg", "-o", "more.h5", "--extend", "few.h5")
        self.assertEqual((self.dir / "more.h5").read_bytes(), expected)
        self.assertGreaterEqual(int(re.search(r"(\d+) of them taken over", done.stdout)[1]), 8 * 5 * 2)

    def test_latin_hypercube_has_its_size(self):
        self.write(*DESIGNS["latin-hypercube"])
        self.made("--samples", "8", name="few.h5")
        done = self.ends(4, "sweep", "s.cfg", "--samples", "9", "-o", "no.h5", "--extend", "few.h5")
        self.assertIn("few.h5: error: cannot be extended: a Latin hypercube of another size has other points (allowed: more "
                      "replicates)", done.stderr)
        self.assertFalse((self.dir / "no.h5").exists())
        expected = self.made("--samples", "8", "-r", "5")
        done = self.ends(0, "sweep", "s.cfg", "--samples", "8", "-r", "5", "-o", "more.h5", "--extend", "few.h5")
        self.assertIn("16 of them taken over", done.stdout)
        self.assertEqual((self.dir / "more.h5").read_bytes(), expected)

    def test_many_factors(self):
        """A path for each of 70 states."""
        paths = ", ".join(f'{{ path = "states.S{k}.alignment.autonomy"; range = [0.5, 4.0]; }}' for k in range(1, 71))
        (self.dir / "s.cfg").write_text(f"""title = "Many"; time = {{ start = "2000Q1"; end = "2000Q2"; }};
            world = {{ synthetic = {{ states = 70; same_world = true; }}; }};
            sweep = {{ design = "random"; samples = 6; replicates = 1; parameters = ( {paths} ); }};""")
        self.made("--samples", "3", name="few.h5")
        expected = self.made()
        done = self.ends(0, "sweep", "s.cfg", "-o", "more.h5", "--extend", "few.h5")
        self.assertIn("3 of them taken over", done.stdout)
        self.assertEqual((self.dir / "more.h5").read_bytes(), expected)
        self.assertEqual(len(self.given("more.h5")[0]), 71)

    # ---- the file ------------------------------------------------------------------------------------------------

    def test_any_run_is_played_again(self):
        for name in self.each():
            self.made()
            table = self.table("whole.h5")
            runs = len(table["replicate"])
            for run in 0, 1, runs // 2, runs - 1:
                self.ends(0, "run", "--replay", "whole.h5", "--run", run, "-q", "--force", "-o", "again.h5")
                again = self.table("again.h5")
                self.assertEqual(again["replicate"][0], table["replicate"][run])
                self.assertEqual(again["burden"][0, :, 0].max(), table["summaries/peak"][run])
                self.assertEqual(again["concentration"][0, -1], table["summaries/concentration_final"][run])
            self.assertGreater(len(set(table["summaries/peak"].tolist())), runs // 8, "what is varied has an effect")

    def test_what_the_file_says(self):
        said = {"random": ("40", "no"), "latin-hypercube": ("40", "no"), "sobol": ("8", "yes"), "morris": ("10", "no"),
                "grid": ("36", "no"), "list": ("24", "no")}
        points = {"random": 40, "latin-hypercube": 40, "sobol": 8 * 8, "morris": 10 * 4, "grid": 36, "list": 24}
        for name in self.each():
            self.made()
            with h5py.File(self.dir / "whole.h5") as file:
                text = {key: value.decode() if isinstance(value, bytes) else value for key, value in file.attrs.items()}
                self.assertEqual(text["design"], name)
                self.assertEqual((text["design_samples"], text["design_second_order"]), said[name])
                factors = text["design_factors"].split("\n")
                group = {path: file["parameters"][path] for path in file["parameters"] if path != "run"}
                of = {path: str(item.attrs["factor"]) for path, item in group.items()}
                if name in DRAWN:
                    self.assertEqual(factors, ["reaction", "at home", "model.threat.norm"])
                    self.assertEqual(of, {"states.*.security_seeking.arms_reaction": "reaction",
                                          "model.mechanisms.domestic": "at home", "model.mechanisms.identity": "at home",
                                          "model.threat.norm": "model.threat.norm"})
                    np.testing.assert_array_equal(group["model.mechanisms.domestic"][:], group["model.mechanisms.identity"][:])
                    norm = group["model.threat.norm"][:]
                    self.assertTrue((norm >= 2.5).all() and (norm <= 6).all())
                else:
                    self.assertEqual(of, {path: path for path in group})
                    self.assertEqual(set(factors), set(group))
                self.assertEqual(file["replicate"][:].tolist(), [0] * points[name] + [1] * points[name])
                for item in group.values():
                    np.testing.assert_array_equal(item[:points[name]], item[points[name]:])
                self.assertEqual("design" in file, name == "morris")
                if name == "morris":
                    self.steps(file, group)
        self.ends(0, "run", "s.cfg", "-q", "-o", "run.h5")
        with h5py.File(self.dir / "run.h5") as file:
            self.assertEqual([key for key in file.attrs if key.startswith("design")], [])

    def steps(self, file, group):
        moved, step = file["design/moved"][:], file["design/step"][:]
        self.assertEqual(moved[::4].tolist(), [-1] * 20)
        self.assertEqual(step[::4].tolist(), [0] * 20)
        reaction = group["states.*.security_seeking.arms_reaction"][:]
        for k in range(len(moved)):
            if k % 4 == 0:
                self.assertEqual(sorted(moved[k + 1:k + 4].tolist()), [0, 1, 2])
                continue
            self.assertAlmostEqual(abs(step[k]), 2 / 3, places=12)
            self.assertAlmostEqual(reaction[k] - reaction[k - 1], 0.3 * step[k] * (moved[k] == 0), places=12)
            for factor, path in enumerate(("", "model.mechanisms.identity", "model.threat.norm")):
                if factor:
                    self.assertEqual(group[path][k] != group[path][k - 1], moved[k] == factor)

    def test_the_seed_draws_the_points(self):
        for name in self.each(DRAWN):
            self.made(name="one.h5")
            self.made("--seed", "99")
            column = "parameters/states.*.security_seeking.arms_reaction"
            self.assertNotEqual(self.table("one.h5")[column].tolist(), self.table("whole.h5")[column].tolist())

    def test_points_from_a_file_or_listed(self):
        self.write(*DESIGNS["list"])
        self.made(name="file.h5")
        head, *lines = POINTS.split("\n")[:-1]
        columns = zip(*(line.split(",") for line in lines))
        listed = ", ".join(f'{{ path = "{path}"; values = [{", ".join(column)}]; }}'
                           for path, column in zip(head.split(","), columns))
        listed = re.sub(r"\[3\.0", "[3.0", listed)
        self.write('design = "list";', f"parameters = ( {listed} );")
        self.made()
        one, other = self.table("file.h5"), self.table("whole.h5")
        self.assertEqual(set(one), set(other))
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], name)
        self.assertEqual(one["parameters/model.threat.norm"][:3].tolist(), [3.0, 3.0625, 3.125])

    # ---- how long it takes ---------------------------------------------------------------------------------------

    def test_time_is_about_right(self):
        """Within a factor of five either way, on one core."""
        self.write(*DESIGNS["sobol"])
        words = ("s.cfg", "-j", "1", "-r", "120")
        said = self.ends(0, "validate", *words).stdout
        found = re.search(r"7680 runs \(64 points x 120\).*; about ([\d.]+) s on 1 core$", said.strip())
        self.assertIsNotNone(found, said)
        begun = time.monotonic()
        self.made(*words[1:])
        takes = time.monotonic() - begun
        self.assertTrue(takes / 5 < float(found[1]) < takes * 5, (found[1], takes))
        more = re.search(r"about (\S+) (\w+) on 7 cores$", self.ends(0, "validate", "s.cfg", "-j", "7", "--samples", "400000",
                                                                      "-r", "5000000").stdout.strip())
        self.assertRegex(" ".join(more.groups()), r"^\d{2,} days$")
        (self.dir / "long.cfg").write_text(f"""title = "long"; base = "{ROOT}/scenarios/worlds/world-2018.cfg";
            time = {{ start = "2018Q1"; end = "2047Q4"; }};
            sweep = {{ design = "list"; parameters = ( {{ path = "model.threat.norm"; values = [4.0]; }} ); }};""")
        for command, *words in (("sweep", "long.cfg"),  # plays longer than for its estimate
                                ("run", ROOT / "scenarios" / "us-withdrawal.cfg", "-r", "60")):  # most of it is writing
            said = self.ends(0, "validate", *words, "-j", "1").stdout
            found = float(re.search(r"about ([\d.]+) s on 1 core$", said.strip())[1])
            done = self.ends(0, command, *words, "-j", "1", "-o", f"{command}.h5")
            takes = float(re.search(r"in ([\d.]+) s[.,]", done.stdout)[1])
            self.assertTrue(takes / 5 < found < takes * 5, (command, found, takes))


if __name__ == "__main__":
    unittest.main()
