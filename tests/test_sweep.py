"""Sweeps: no run is lost, and every way of making the file makes the same bytes."""
import csv
import io
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ["EQUIPOISE"]).resolve()
KILLS = int(os.environ.get("EQUIPOISE_KILLS", "60"))

SWEEP = """title = "A sweep for the tests";
base  = "{root}/scenarios/worlds/two-rivals.cfg";
time  = {{ start = "2020Q1"; end = "2029Q4"; }};
{more}
sweep = {{ design = "grid"; replicates = 700;
          parameters = ( {{ path = "states.*.security_seeking.arms_reaction"; values = [0.1, 0.2, 0.3]; }} ); }};
"""


class Sweep(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="equipoise-sweep-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.write()

    def write(self, more=""):
        (self.dir / "s.cfg").write_text(SWEEP.format(root=ROOT, more=more))

    def ends(self, status, *words, **how):
        done = subprocess.run([PROGRAM, *map(str, words)], cwd=self.dir, capture_output=True, text=True, **how)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def whole(self, *options):
        """The file of a sweep in one piece."""
        self.ends(0, "sweep", "s.cfg", "-q", "--force", "-o", "whole.h5", *options)
        return (self.dir / "whole.h5").read_bytes()

    def left(self):
        return sorted(path.name for path in self.dir.iterdir() if path.name not in ("s.cfg", "whole.h5"))

    def test_killed_at_any_moment(self):
        """kill -9 again and again: what is published is whole, and resuming ends in the bytes of the whole."""
        expected, lucky = self.whole(), random.Random(1)
        begun = time.monotonic()
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "timed.h5")
        takes = time.monotonic() - begun
        (self.dir / "timed.h5").unlink()
        kills = finished = torn = since = 0
        while kills < KILLS or (finished <= KILLS // 20 and kills < 10 * KILLS):
            process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume"], cwd=self.dir)
            try:
                # the longer nothing has been finished, the longer it may take: a machine gets busy after `takes`
                process.wait(lucky.uniform(0, takes * (0.6 + since / 20)))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
                since += 1
            if (self.dir / "k.h5").exists():
                self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
                finished, since = finished + 1, 0
                for name in self.left():
                    (self.dir / name).unlink()
            else:
                torn += (self.dir / "k.h5.journal").exists()
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume")
        self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
        self.assertGreater(finished, KILLS // 20)
        self.assertGreater(torn, KILLS // 4)

    def test_killed_between_file_and_journal(self):
        """What died after publishing and before it removed its journal goes on to the same file, and cleans up."""
        expected = self.whole()
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "k.h5")
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "k.h5.journal", "--shard", "1/1")
        self.ends(4, "sweep", "s.cfg", "-q", "-o", "k.h5")
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume")
        self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
        self.assertEqual(self.left(), ["k.h5"])
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "k.h5.journal", "--shard", "1/2")
        done = self.ends(4, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume")
        self.assertIn("k.h5: error: exists already (--force overwrites it)", done.stderr)
        self.assertEqual(self.left(), ["k.h5", "k.h5.journal"])

    def noisy(self, most=1000):
        """A sweep whose points need more replicates the noisier they are, and the first none beyond the least."""
        (self.dir / "s.cfg").write_text(f"""title = "Noisy";
base = "{ROOT}/scenarios/worlds/two-rivals.cfg";
time = {{ start = "2020Q1"; end = "2024Q4"; }};
set = {{ states = {{ RICH = {{ security_seeking = {{ arms_reaction = 0.3; }}; }}; }}; }};
summaries = ( {{ name = "balance"; quantity = "concentration"; take = "final"; }} );
sweep = {{ design = "list"; replicates = {most};
          parameters = ( {{ path = "model.noise"; values = [false, true, true, true]; }},
                         {{ path = "model.economy.growth_noise"; values = [0.0, 0.01, 0.02, 0.05]; }} ); }};
""")

    def test_precision(self):
        """Every point is played as long as it needs, its runs are those of the whole sweep, and what was reached is said."""
        self.noisy()
        done = self.ends(0, "sweep", "s.cfg", "-o", "p.h5", "--precision", "balance=0.001")
        whole = self.dir / "whole.h5"
        self.ends(0, "sweep", "s.cfg", "-q", "-o", whole)
        with h5py.File(self.dir / "p.h5") as file, h5py.File(whole) as all_of_it:
            point, replicate = file["point"][:], file["replicate"][:]
            value, total = file["summaries/balance"][:], all_of_it["summaries/balance"][:]
            np.testing.assert_array_equal(value, total[replicate * 4 + point])
            self.assertEqual(file.attrs["precision"], "balance=0.001")
            self.assertNotIn("precision", all_of_it.attrs)
            count = np.bincount(point)
            for p in range(4):
                self.assertEqual(sorted(replicate[point == p]), list(range(count[p])))
        # Student's quantiles at 16 and more, from above: 2.14 covers them all, 1.96 none
        half = np.array([value[point == p].std(ddof=1) / np.sqrt(count[p]) for p in range(4)])
        self.assertTrue(np.all(1.96 * half <= 0.001), half)
        self.assertGreater(2.14 * half[3], 0.0007, "no more was played than was needed, but for a round")
        self.assertEqual(half[0], 0)
        self.assertEqual(sorted(count), list(count), "the noisier, the more")
        self.assertGreaterEqual(count[0], 16)
        self.assertGreater(count[3], 4 * count[0])
        self.assertLess(count[3], 1000)
        self.assertRegex(done.stdout, rf"As narrow as asked: 4 of 4 points, after {count[0]} to {count[3]} replicates "
                                      r"\(most: 1000\); the widest is \+-0\.000\d+; at 1 all values were the same")

    def test_precision_out_of_reach(self):
        self.noisy(most=40)
        done = self.ends(0, "sweep", "s.cfg", "-o", "p.h5", "--precision", "balance=0.0001")
        self.assertRegex(done.stdout, r"As narrow as asked: 1 of 4 points, after 16 to 40 replicates \(most: 40\); "
                                      r"the widest is \+-0\.00[1-9]")
        with h5py.File(self.dir / "p.h5") as file:
            self.assertEqual(list(np.bincount(file["point"][:]))[1:], [40] * 3)

    def test_precision_is_the_same_however_it_is_played(self):
        self.noisy()
        words = "--precision", "balance=0.0005"
        expected = self.whole(*words, "-j", "1")
        self.assertEqual(self.whole(*words, "-j", "3"), expected)
        kills, lucky = 0, random.Random(3)
        while not (self.dir / "k.h5").exists():
            process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-q", "-o", "k.h5", "--resume", *words], cwd=self.dir)
            try:
                process.wait(lucky.uniform(0.02, 0.1 + 0.1 * kills))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
        self.assertGreater(kills, 0)
        self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
        self.ends(0, "sweep", "s.cfg", "-q", "-o", "few.h5", "-r", "30")
        done = self.ends(0, "sweep", "s.cfg", "-o", "more.h5", *words, "--extend", "few.h5")
        self.assertEqual((self.dir / "more.h5").read_bytes(), expected)
        self.assertRegex(done.stdout, r", \d+ of them taken over\.")
        with h5py.File(self.dir / "more.h5") as file:
            last, value = len(file["run"]) - 1, file["summaries/balance"][-1]
        self.ends(0, "run", "--replay", "more.h5", "--run", last, "-o", "again.h5", "-q")
        with h5py.File(self.dir / "again.h5") as file:
            self.assertEqual(file["concentration"][0, -1], value)

    def test_precision_refuses(self):
        self.noisy()
        for text, said in (("balance", "allowed: QUANTITY=HALF-WIDTH, a number above 0"), ("balance=0", "above 0"),
                           ("balance=x", "above 0"), ("balance=1e999", "above 0"), ("balance=0.1x", "above 0"),
                           ("nothing=0.1", "'nothing' is no quantity of this sweep")):
            self.assertIn(said, self.ends(2, "sweep", "s.cfg", "--precision", text).stderr, text)
        self.assertIn("effect/SUMMARY where a baseline is played",
                      self.ends(2, "sweep", "s.cfg", "--no-baseline", "--precision", "effect/balance=1").stderr)
        done = self.ends(2, "sweep", "s.cfg", "--shard", "1/2", "--precision", "balance=0.1")
        self.assertIn("allowed: in one process, without shards", done.stderr)
        self.assertEqual(self.left(), [])

    def test_same_bytes_by_threads_and_shards(self):
        self.write('record = { every = 8; variables = ["gdp", "alignment"]; };')
        expected = self.whole("-j", "1")
        for threads in 2, 3, 8:
            self.assertEqual(self.whole("-j", threads), expected, threads)
        for shards in 1, 2, 3, 7:
            names = []
            for shard in range(1, shards + 1):
                names.append(f"part-{shard}")
                self.ends(0, "sweep", "s.cfg", "-q", "-o", names[-1], "--shard", f"{shard}/{shards}")
            self.ends(0, "merge", *random.Random(shards).sample(names, shards), "-q", "-o", "merged.h5")
            self.assertEqual((self.dir / "merged.h5").read_bytes(), expected, shards)
            for name in (*names, "merged.h5"):
                (self.dir / name).unlink()

    def test_a_shard_goes_on(self):
        expected = self.whole()
        process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-q", "--shard", "1/2", "-j", "1"], cwd=self.dir)
        time.sleep(0.15)
        process.kill()
        process.wait()
        self.ends(0, "sweep", "s.cfg", "-q", "--shard", "1/2", "--resume")
        done = self.ends(0, "sweep", "s.cfg", "--shard", "1/2", "--resume")
        self.assertRegex(done.stdout, r"^Shard 1 of 2: (\d+) runs in .* s, \1 of them finished before\.\n")
        self.ends(0, "sweep", "s.cfg", "-q", "--shard", "2/2")
        self.ends(0, "merge", "s.shard-1-of-2", "s.shard-2-of-2", "-q")
        self.assertEqual((self.dir / "s.h5").read_bytes(), expected)

    def test_merge_refuses(self):
        self.ends(0, "sweep", "s.cfg", "-q", "--shard", "1/3")
        self.ends(0, "sweep", "s.cfg", "-q", "--shard", "2/3")
        done = self.ends(4, "merge", "s.shard-1-of-3", "s.shard-2-of-3")
        self.assertRegex(done.stderr, r"^s\.h5: error: \d+ of \d+ batches of runs are missing")
        self.ends(0, "sweep", "s.cfg", "-q", "--shard", "3/3", "--seed", "7")
        done = self.ends(4, "merge", "s.shard-1-of-3", "s.shard-2-of-3", "s.shard-3-of-3")
        self.assertIn("s.shard-3-of-3: error: is a shard of another sweep than", done.stderr)
        self.assertFalse((self.dir / "s.h5").exists())
        self.assertIn("no journal", self.ends(4, "merge", "s.cfg").stderr)
        for text in "0/3", "4/3", "1", "a/b", "1/2x", "-1/2":
            self.assertIn("--shard", self.ends(2, "sweep", "s.cfg", "--shard", text).stderr)

    def test_refusals_of_a_journal(self):
        process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-q", "-o", "a.h5", "-r", "200000"], cwd=self.dir)
        try:
            while not (self.dir / "a.h5.journal").exists():
                time.sleep(0.01)
            time.sleep(0.2)
            for options in (), ("--resume",), ("--force",):
                done = self.ends(4, "sweep", "s.cfg", "-o", "a.h5", "-r", "200000", *options)
                self.assertIn("a.h5.journal: error: another process is working on it", done.stderr)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual(self.left(), ["a.h5.journal"])
        done = self.ends(4, "sweep", "s.cfg", "-o", "a.h5", "-r", "200000")
        self.assertIn("holds an unfinished sweep (--resume goes on with it, --force begins anew)", done.stderr)
        done = self.ends(4, "sweep", "s.cfg", "-o", "a.h5", "-r", "5", "--resume")
        self.assertIn("belongs to another sweep", done.stderr)
        self.ends(0, "sweep", "s.cfg", "-o", "a.h5", "-r", "5", "--force")
        self.assertEqual(self.left(), ["a.h5"])

    def test_told_to_stop(self):
        """Ctrl-C: what is finished is kept, and the message says how to go on."""
        expected = self.whole("-r", "20000")
        for number in signal.SIGINT, signal.SIGTERM:
            process = subprocess.Popen([PROGRAM, "sweep", "s.cfg", "-o", "i.h5", "-r", "20000"], cwd=self.dir,
                                       stderr=subprocess.PIPE, text=True)
            end = time.monotonic() + 60
            while not (self.dir / "i.h5.journal").exists() and process.poll() is None and time.monotonic() < end:
                time.sleep(0.005)  # it listens by then
            time.sleep(0.2)
            process.send_signal(number)
            said = process.communicate()[1]
            if process.returncode == 0:
                self.skipTest("too quick a machine")
            self.assertEqual(process.returncode, -number)
            self.assertRegex(said, r"equipoise: stopped after \d+ of 60000 runs; to go on: .*--resume")
            self.assertFalse((self.dir / "i.h5").exists())
            self.ends(0, "sweep", "s.cfg", "-q", "-o", "i.h5", "-r", "20000", "--resume")
            self.assertEqual((self.dir / "i.h5").read_bytes(), expected)
            (self.dir / "i.h5").unlink()

    def test_memory_does_not_grow(self):
        most = []
        for replicates in 700, 14000:
            script = ('import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); '
                      'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)')
            done = subprocess.run(["/usr/bin/python3", "-c", script, PROGRAM, "sweep", "s.cfg", "-q", "--force", "-o", "m.h5",
                                   "-r", str(replicates)], cwd=self.dir, capture_output=True, text=True, check=True)
            most.append(int(done.stdout))
        if b"__asan_init" not in PROGRAM.read_bytes():
            self.assertLess(most[1], most[0] + 12 * 1024, most)  # what HDF5 keeps at most

    def test_summaries(self):
        """What is kept of a run is what its trajectory says."""
        self.write('''record = { variables = ["gdp", "burden", "concentration"]; };
            summaries = ( { quantity = "gdp[EAST]"; at = "2022Q1..2023Q4"; }, { quantity = "gdp[EAST]"; take = "final"; },
                          { quantity = "burden[EAST]"; take = "least"; }, { quantity = "burden[*]"; take = "greatest"; name = "peak"; },
                          { quantity = "gdp[EAST]"; take = "date"; }, { quantity = "gdp[EAST]"; at = "2020Q1"; } );'''
                   .replace("EAST", self.states()[0]))
        self.whole("-r", "3")
        with h5py.File(self.dir / "whole.h5") as file:
            gdp, burden = file["gdp"][:, :, 0], file["burden"][:]
            kept = {name: file["summaries"][name][:] for name in file["summaries"] if name != "run"}
            code = self.states()[0]
            np.testing.assert_allclose(kept[f"gdp[{code}]_mean"], gdp[:, 8:16].mean(axis=1), rtol=1e-14)
            np.testing.assert_array_equal(kept[f"gdp[{code}]_mean#2"], gdp[:, 0])
            np.testing.assert_array_equal(kept[f"gdp[{code}]_final"], gdp[:, -1])
            np.testing.assert_array_equal(kept[f"burden[{code}]_least"], burden[:, :, 0].min(axis=1))
            np.testing.assert_allclose(kept["peak"], burden.mean(axis=2).max(axis=1), rtol=1e-14)
            np.testing.assert_array_equal(kept[f"gdp[{code}]_date"], 2020.5)  # from the second quarter on it is another
            self.assertEqual(file["summaries/peak"].attrs["take"], "greatest")
            self.assertEqual(file["summaries/peak"].attrs["quantity"], "burden[*]")
        told = [line.split(",") for line in self.ends(0, "export", "whole.h5").stdout.splitlines()]
        self.assertEqual([float(line[9]) for line in told if line[7:9] == ["scenario", "peak"]], list(kept["peak"]))

    def job(self, ranks, *words):
        """The command of a job of MPI; skipped where there is none."""
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout
        if not shutil.which("mpirun") or "\nmpi none\n" in version or b"__asan_init" in PROGRAM.read_bytes():
            self.skipTest("no MPI, or a build that its launcher's libraries do not like")
        return ["mpirun", "--oversubscribe", "-n", str(ranks), PROGRAM, *map(str, words)]

    where = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1")

    def test_same_bytes_by_ranks(self):
        expected = self.whole()
        for ranks in 1, 2, 3:
            subprocess.run(self.job(ranks, "sweep", "s.cfg", "-q", "-o", "m.h5"), cwd=self.dir, env=self.where, check=True,
                           timeout=60, capture_output=True)
            self.assertEqual((self.dir / "m.h5").read_bytes(), expected, ranks)
            (self.dir / "m.h5").unlink()
            self.assertEqual(self.left(), [])

    def test_a_rank_is_killed(self):
        """The job ends, without a hang, and goes on with another number of ranks."""
        expected = self.whole("-r", "20000")
        words = self.job(3, "sweep", "s.cfg", "-q", "-o", "k.h5", "-r", "20000")
        process = subprocess.Popen(words, cwd=self.dir, env=self.where, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 20
        while not (self.dir / "k.h5.journal.1").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        found = subprocess.run(["pgrep", "-f", f"^{PROGRAM} sweep s.cfg -q -o k.h5"], capture_output=True, text=True)
        ranks = [int(number) for number in found.stdout.split()]
        self.assertEqual(len(ranks), 3, "all are at work")
        os.kill(ranks[1], signal.SIGKILL)
        said = process.communicate(timeout=30)[1]
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("signal 9", said)
        self.assertFalse((self.dir / "k.h5").exists())
        subprocess.run(self.job(2, "sweep", "s.cfg", "-q", "-o", "k.h5", "-r", "20000", "--resume"), cwd=self.dir,
                       env=self.where, check=True, timeout=60, capture_output=True)
        self.assertEqual((self.dir / "k.h5").read_bytes(), expected)
        self.assertEqual(self.left(), ["k.h5"])

    def test_a_rank_that_cannot_begin(self):
        """One journal cannot be made: nobody waits, and the job fails."""
        (self.dir / "b.h5.journal.1").mkdir()
        done = subprocess.run(self.job(2, "sweep", "s.cfg", "-q", "-o", "b.h5"), cwd=self.dir, env=self.where, timeout=30,
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("b.h5.journal.1: error: cannot be opened: Is a directory", done.stderr)
        self.assertFalse((self.dir / "b.h5").exists())

    def test_a_finished_sweep_is_extended(self):
        """No run is repeated, and the file is the one that the larger sweep would have made."""
        for more in "", 'record = { every = 8; variables = ["gdp", "threat_from", "alive"]; };':
            self.write(more)
            expected = self.whole("-r", "40")
            self.ends(0, "sweep", "s.cfg", "-q", "--force", "-o", "few.h5", "-r", "15")
            done = self.ends(0, "sweep", "s.cfg", "--force", "-o", "more.h5", "-r", "40", "--extend", "few.h5")
            self.assertIn("120 runs (3 points x 40)", done.stdout)
            self.assertIn("45 of them taken over", done.stdout)
            self.assertEqual((self.dir / "more.h5").read_bytes(), expected)
        text = (self.dir / "s.cfg").read_text()
        (self.dir / "s.cfg").write_text(text.replace("0.1, 0.2, 0.3", "0.1, 0.15, 0.2, 0.3"))
        expected = self.whole("-r", "40")
        done = self.ends(0, "sweep", "s.cfg", "--force", "-o", "points.h5", "-r", "40", "--extend", "more.h5")
        self.assertIn("120 of them taken over", done.stdout)
        self.assertEqual((self.dir / "points.h5").read_bytes(), expected)
        for words, said in ((("--seed", "9"), "another world, other events, another seed"),
                            (("-s", "model.threat.norm=4"), "another world")):
            done = self.ends(4, "sweep", "s.cfg", "-o", "no.h5", "--extend", "few.h5", *words)
            self.assertIn("few.h5: error: cannot be extended: it is of " + said, done.stderr)
        (self.dir / "s.cfg").write_text(text.replace("arms_reaction", "buck_passing"))
        self.assertIn("its sweep varies other parameters",
                      self.ends(4, "sweep", "s.cfg", "-o", "no.h5", "--extend", "few.h5").stderr)
        self.ends(4, "sweep", "s.cfg", "-o", "no.h5", "--extend", "not-there.h5")
        self.assertFalse((self.dir / "no.h5").exists())

    def test_any_run_is_played_again(self):
        self.write('record = { every = 8; variables = ["gdp", "burden"]; };')
        self.whole("-r", "4")
        with h5py.File(self.dir / "whole.h5") as file:
            rows = {name: file[name][:] for name in ("gdp", "burden")}
        for run in 0, 5, 11:
            self.ends(0, "run", "--replay", "whole.h5", "--run", run, "-q", "--force", "-o", "again.h5")
            with h5py.File(self.dir / "again.h5") as file:
                self.assertEqual(file["replicate"][0], run // 3)
                for name, row in rows.items():
                    self.assertEqual(file[name][0].tobytes(), row[run].tobytes(), (name, run))
        self.write()
        self.whole("-r", "2")  # without rows: who plays a run again sees everything
        self.ends(0, "run", "--replay", "whole.h5", "--run", "3", "-q")
        with h5py.File(self.dir / "s-run-3.h5") as file:
            self.assertIn("hostility", file)
        for options, said in ((("--run", "12"), "allowed: 0..5"), (("--run", "x"), "allowed: 0..5"),
                              (("--seed", "3"), "a run is played as it was")):
            self.assertIn(said, self.ends(2, "run", "--replay", "whole.h5", *options).stderr)
        self.ends(4, "run", "--replay", "not-there.h5")
        self.ends(5, "run", "--replay", "s.cfg")

    def test_all_arms_of_a_run_are_played_again(self):
        """Of a chain: the baseline keeps what the scenario below does, and a branch begins with one or the other."""
        (self.dir / "below.cfg").write_text(f'''title = "Below"; base = "{ROOT}/scenarios/worlds/two-rivals.cfg";
            time = {{ start = "2020Q1"; end = "2029Q4"; }};
            set = {{ states = {{ RICH = {{ security_seeking = {{ arms_reaction = 0.4; }}; }}; }}; }};
            events = ( {{ at = "2022Q1"; path = "states.POOR.economy.trend_growth"; set = 0.05; over = "6Q"; note = "n"; }} );''')
        above = '''title = "Above"; base = "below.cfg";
            set = { dyads = { RICH = { POOR = { hostility_anchor = 0.5; }; }; }; };
            events = ( { at = "2024Q1"; path = "states.POOR.economy.trend_growth"; scale = 0.5; } );
            branches = { more = { events = ( { at = "2025Q1"; path = "states.RICH.economy.trend_growth"; add = 0.01; } ); };
                         other = { from = "baseline"; world = { states = { POOR = { economy = { gdp = 400.0; }; }; }; };
                                   set = { states = { POOR = { security_seeking = { offensive = 0.9; }; }; }; }; }; };
            sweep = { design = "grid"; replicates = 2; parameters = (
                { path = "states.*.security_seeking.arms_reaction"; values = [0.1, 0.3]; },
                { path = "states.POOR.economy.gdp"; values = [250.0, 300.0]; } ); };'''
        rows = 'record = { variables = ["gdp", "burden", "hostility", "growth", "threat_state"]; };'
        (self.dir / "above.cfg").write_text(above + rows)
        (self.dir / "alone.cfg").write_text(above.replace("set = { dyads", "record = { every = 2; }; unused = { dyads").replace(
            "unused = { dyads = { RICH = { POOR = { hostility_anchor = 0.5; }; }; }; };", ""))
        (self.dir / "over.cfg").write_text('title = "Over"; base = "above.cfg";' + above[above.index("sweep"):] + rows)
        tables = ("summaries", "baseline/summaries", "parameters")
        for command, scenario, words in (("sweep", "over.cfg", ()), ("sweep", "above.cfg", ()), ("run", "above.cfg", ("-r", "3")), ("run", "alone.cfg", ()),
                                         ("run", "above.cfg", ("-s", "dyads.RICH.POOR.hostility_anchor=0.7", "-s",
                                                               "states.*.security_seeking.arms_reaction=0.2")),
                                         ("run", "below.cfg", ()), ("run", "above.cfg", ("--seed", "18446744073709551615"))):
            self.ends(0, command, scenario, "-q", "--force", "-o", "played.h5", *words)
            with h5py.File(self.dir / "played.h5") as file:
                found = {}
                file.visititems(lambda name, item: found.update({name: item[:]}) if isinstance(item, h5py.Dataset)
                                and item.ndim > 1 and name.rpartition("/")[0] not in tables else None)
                runs = len(file["run"])
            groups = {name.rpartition("/")[0] for name in found}
            self.assertEqual(groups, {"", "baseline"} if scenario == "below.cfg" else
                             {"", "baseline", "branches/more", "branches/other"})
            for run in range(runs):
                self.ends(0, "run", "--replay", "played.h5", "--run", run, "-q", "--force", "-o", "again.h5")
                with h5py.File(self.dir / "again.h5") as file:
                    for name, rows in found.items():
                        self.assertEqual(file[name][0].tobytes(), rows[run].tobytes(), (command, scenario, words, name, run))
                    names = []
                    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset)
                                    and item.ndim > 1 else None)
                    self.assertEqual(sorted(names), sorted(found))

    def test_a_run_of_many_states_is_played_again(self):
        """Its configuration is longer than a file that people write may be."""
        (self.dir / "many.cfg").write_text(f'''title = "Many"; base = "{ROOT}/scenarios/worlds/world-2018.cfg";
            time = {{ start = "2018Q1"; end = "2018Q2"; }}; record = {{ variables = ["gdp", "alignment"]; }};''')
        self.ends(0, "run", "many.cfg", "-q")
        self.ends(0, "run", "--replay", "many.h5", "-q", "-o", "again.h5")
        with h5py.File(self.dir / "many.h5") as first, h5py.File(self.dir / "again.h5") as second:
            self.assertGreater(len(first.attrs["config_effective"]), 1 << 20)
            for name in "gdp", "alignment":
                self.assertEqual(first[name][:].tobytes(), second[name][:].tobytes())

    def states(self):
        if not hasattr(self, "codes"):
            self.whole("-r", "1")
            with h5py.File(self.dir / "whole.h5") as file:
                self.codes = [code.decode() for code in file["state"][:]]
        return self.codes

    def test_a_sweep_keeps_summaries_alone_by_default(self):
        self.whole("-r", "2")
        with h5py.File(self.dir / "whole.h5") as file:
            self.assertNotIn("gdp", file)
            self.assertEqual(file["summaries/concentration_final"].shape, (6,))
            self.assertTrue(np.isfinite(file["summaries/concentration_final"][:]).all())

    def test_export_of_a_sweep(self):
        """A line for every summary of every run and arm, with point and replicate, whether rows are kept or not."""
        more = '''set = { dyads = { * = { * = { hostility_anchor = 0.5; }; }; }; };
            summaries = ( { quantity = "concentration"; take = "final"; },
                          { quantity = "wars"; take = "date"; name = "the first, if any"; } );'''
        for record in "", 'record = { every = 20; variables = ["concentration"]; };':
            self.write(more + record)
            self.whole("-r", "2")
            lines = list(csv.DictReader(io.StringIO(self.ends(0, "export", "whole.h5", "--csv").stdout)))
            kept = [line for line in lines if not line["time"]]
            self.assertEqual(len(lines) - len(kept), 2 * 6 * 2 if record else 0)
            with h5py.File(self.dir / "whole.h5") as file:
                wanted = [(str(run), str(run % 3), str(run // 3), arm, name,
                           "" if np.isnan(value) else f"{value:.17g}")
                          for arm, group in (("scenario", "summaries"), ("baseline", "baseline/summaries"))
                          for name in ("concentration_final", "the first, if any")
                          for run, value in enumerate(file[group][name][:])]
            self.assertEqual([tuple(line[key] for key in ("run", "point", "replicate", "arm", "variable", "value"))
                              for line in kept], wanted)
            self.assertEqual({line[key] for line in kept for key in ("quarter", "state", "to")}, {""})
            self.assertTrue(any(line["value"] for line in kept) and not all(line["value"] for line in kept))

    def test_a_factor_has_the_last_word(self):
        """Over --set for all states, which comes again where the scenario itself sets one of them."""
        path = "states.*.security_seeking.arms_reaction"
        here, there = (path.replace("*", code) for code in self.states())
        self.write('record = { variables = ["burden"]; };' +
                   f'set = ( {{ path = "{there}"; value = 0.4; }} );')
        (self.dir / "s.cfg").write_text((self.dir / "s.cfg").read_text().replace(path, here))
        self.whole("-r", "1", "-s", f"{path}=0.2", "--no-baseline")
        with h5py.File(self.dir / "whole.h5") as file:
            rows = file["burden"][:]
        for point, value in enumerate((0.1, 0.2, 0.3)):
            self.ends(0, "run", "s.cfg", "-q", "--force", "-r", "1", "--no-baseline", "-s", f"{there}=0.2", "-s", f"{here}={value}",
                      "-o", "one.h5")
            with h5py.File(self.dir / "one.h5") as file:
                self.assertEqual(file["burden"][0].tobytes(), rows[point].tobytes(), value)
            self.ends(0, "run", "--replay", "whole.h5", "--run", point, "-q", "--force", "-o", "again.h5")
            with h5py.File(self.dir / "again.h5") as file:
                self.assertEqual(file["burden"][0].tobytes(), rows[point].tobytes(), value)

    def test_a_failed_run_is_a_row(self):
        self.write('record = { every = 40; variables = ["gdp"]; };')
        (self.dir / "s.cfg").write_text((self.dir / "s.cfg").read_text().replace(
            "states.*.security_seeking.arms_reaction", "states.*.arms.spending").replace("0.1, 0.2, 0.3", "0.5, 1.0, 1e6"))
        done = self.ends(3, "sweep", "s.cfg", "-r", "2", "-o", "f.h5")
        self.assertIn("2 failed", done.stdout)
        with h5py.File(self.dir / "f.h5") as file:
            self.assertEqual(file["status"][:].tolist(), [0, 0, 1] * 2)
            self.assertTrue(np.isnan(file["summaries/concentration_final"][2]))
            self.assertRegex(file["status_message"][2].decode(), "burden|finite")


if __name__ == "__main__":
    unittest.main()
