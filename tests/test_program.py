#!/usr/bin/env python3
"""The program as its users meet it: options, streams, exit statuses, files, signals, faults.

    EQUIPOISE=build/equipoise tests/test_program.py [-v] [NAME...]

Every fault is made for real: limits of the kernel, file systems that are full, signals at random moments.
"""

import contextlib
import csv
import hashlib
import io
import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("EQUIPOISE", ROOT / "build" / "equipoise")).resolve()
SCENARIOS = ROOT / "tests" / "scenarios"
TINY, GRID, LIST, FAILING, WAR = (str(SCENARIOS / f"{name}.cfg") for name in ("tiny", "grid", "list", "failing", "war"))
COMMANDS = {  # the options that each must explain
    "run": "--output --set --seed --replicates --threads --force --no-baseline --replay --run",
    "sweep": "--output --set --seed --replicates --threads --force --no-baseline --resume --shard --extend "
             "--samples --precision",
    "validate": "--set --seed --replicates --samples --threads --no-baseline",
    "check": "--set --seed --replicates --threads --format --all --ablate --perturb",
    "list": "--format",
    "parameters": "--format --variables",
    "chronicle": "--format --run --arm",
    "export": "--output --force --csv --world --replicate --set --seed",
    "merge": "--output --force",
    "analyze": "--format --seed --quantity --second-order",
}
COMMON = "--quiet --verbose --help --version"
OK, FAILED, INVALID, RUNS_FAILED, IO, UNREADABLE = range(6)
SANITIZED = b"__asan_init" in PROGRAM.read_bytes()      # address space cannot be limited then


def play(*arguments, **how):
    """The program with what it said as text; environment and folder as given."""
    how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
           "timeout": 120, **how}
    return subprocess.run([str(PROGRAM), *map(str, arguments)], **how)


def listen():
    """In a child: signals as a terminal gives them, also where these tests run in the background."""
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)


def start(*arguments, **how):
    how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
           "preexec_fn": listen, **how}
    return subprocess.Popen([str(PROGRAM), *map(str, arguments)], **how)


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def catches(pid, number):
    """Whether the process has a handler for the signal."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^SigCgt:\s*([0-9a-f]+)", text, re.M)
    return bool(found) and bool(int(found[1], 16) >> (number - 1) & 1)


def worked(pid):
    """Seconds of a processor that it has used."""
    used = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def wait_for_play(process):
    """Until the program listens to signals and has worked for a while since: it then makes its worlds and begins its file."""
    end, begun = time.monotonic() + 60, None
    while begun is None or worked(process.pid) < begun + (1 if SANITIZED else 0.1):
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"it never played: {process.communicate()}")
        if begun is None and catches(process.pid, signal.SIGINT):
            begun = worked(process.pid)
        time.sleep(0.002)


def screen(text):
    """What a terminal shows of one line's worth of output, and what it was told beside text."""
    line, codes, column = "", [], 0
    for code, letter in re.findall(r"(\033\[[0-9;?]*[A-Za-z])|(.)", text, re.S):
        if code:
            codes.append(code)
            line = line[:column] if code == "\033[K" else line
        elif letter == "\r":
            column = 0
        else:
            line = line[:column] + letter + line[column + 1:]
            column += 1
    return line, codes


class Program(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.shared = Path(tempfile.mkdtemp(prefix="equipoise-program-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.result = cls.shared / "tiny.h5"
        done = play("run", TINY, "-o", cls.result)
        assert done.returncode == OK, done.stderr
        cls.summary = done.stdout

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="equipoise-program-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def ends(self, status, *arguments, **how):
        done = play(*arguments, **how)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def left(self, folder=None):
        return sorted(os.listdir(folder or self.dir))


class Options(Program):
    def test_help_of_every_command(self):
        for command, options in COMMANDS.items():
            with self.subTest(command):
                done = self.ends(OK, command, "--help")
                self.assertEqual(done.stderr, "")
                lines = done.stdout.splitlines()
                self.assertNotIn("Mandatory", done.stdout, "what users of options know")
                self.assertLessEqual(len(lines), 24, "one screen")
                self.assertLessEqual(max(map(len, lines)), 80, "one screen")
                for option in f"{options} {COMMON}".split():
                    self.assertRegex(done.stdout, rf"(?m)^\s+(-\w, )?{option}\b")
                known = set(f"{options} {COMMON} --usage".split())
                self.assertEqual(set(re.findall(r"(?m)^\s+(?:-\w, )?(--[a-z-]+)", done.stdout)), known)

    def test_help_names_every_command(self):
        for word in "--help", "help", "-h":
            done = self.ends(OK, word)
            self.assertEqual(done.stderr, "")
            self.assertLessEqual(len(done.stdout.splitlines()), 24)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
            for command in COMMANDS:
                self.assertRegex(done.stdout, rf"(?m)^  {command} ")

    def test_version_with_libraries(self):
        for words in [["--version"]] + [[command, "--version"] for command in COMMANDS]:
            done = self.ends(OK, *words)
            self.assertRegex(done.stdout, r"\Aequipoise \d+\.\d+\.\d+\ngsl \d[\d.]+\n"
                                          r"libconfig \d[\d.]+\nhdf5 \d[\d.]+\nmpi .+\n\Z")
            self.assertEqual(done.stderr, "")

    def test_usage_errors(self):
        cases = [
            ([], "usage: equipoise"),
            (["frobnicate"], "unknown command 'frobnicate'"),
            (["--frobnicate"], "--frobnicate"),
            (["run"], "SCENARIO is missing"),
            (["validate"], "FILE... is missing"),
            (["check"], "is missing"),
            (["export"], "FILE is missing"),
            (["chronicle"], "FILE is missing"),
            (["run", TINY, GRID], "one argument too many"),
            (["run", TINY, "--frobnicate"], "--frobnicate"),
            (["run", TINY, "-o"], "requires an argument"),
            (["run", TINY, "-j", "0"], "allowed: 1..1024"),
            (["run", TINY, "-j", "2x"], "allowed: 1..1024"),
            (["run", TINY, "-r", "0"], "allowed"),
            (["run", TINY, "-r", "many"], "allowed"),
            (["run", TINY, "-s", "states.UZB.alignment.autonomy"], "states.UZB.alignment.autonomy"),
            (["run", TINY, "-s", "states.UZB.alignment.autonmy=2"], "autonomy"),
            (["run", TINY, "-s", "states.UZB.alignment.autonomy=-1e9"], "allowed"),
            (["list", "--format", "yaml"], "allowed: text, csv, json, markdown"),
            (["parameters", "no such thing"], "no such thing"),
            (["check", self.result, "-r", "3"], "for a scenario"),
            (["run", SCENARIOS.parent / "worlds" / "w21.cfg"], "time: is missing"),
            (["sweep", ROOT / "scenarios" / "us-withdrawal.cfg"], "sweep: is missing"),
        ]
        for words, said in cases:
            with self.subTest(words):
                done = self.ends(INVALID, *words, cwd=self.dir)
                self.assertEqual(done.stdout, "")
                self.assertIn(said, done.stderr)
                self.assertEqual(self.left(), [])

    def test_verbose_says_more(self):
        done = self.ends(OK, "validate", "-v", TINY)
        self.assertIn("note: read ", done.stderr)
        self.assertIn("w21.cfg", done.stderr)
        self.assertEqual(self.ends(OK, "validate", TINY).stderr, "")


class Streams(Program):
    def test_data_and_messages(self):
        """Whatever is data is on standard output; without a terminal nothing else is said, and nothing is coloured."""
        cases = [("run", TINY, "-o", "a.h5"), ("sweep", GRID, "-o", "b.h5"), ("validate", TINY), ("check", TINY),
                 ("check", self.result), ("list", SCENARIOS), ("parameters",), ("export", self.result)]
        for words in cases:
            with self.subTest(words):
                done = self.ends(OK, *words, cwd=self.dir)
                self.assertEqual(done.stderr, "")
                self.assertNotEqual(done.stdout, "")
                self.assertNotIn("\033", done.stdout)
                self.assertNotIn("\r", done.stdout)
        done = self.ends(INVALID, "validate", ROOT / "tests" / "bad-scenarios" / "out-of-range.cfg")
        self.assertEqual(done.stdout, "")
        self.assertNotIn("\033", done.stderr)

    def test_quiet_says_nothing_but_errors(self):
        for words in ("run", TINY), ("sweep", GRID), ("validate", TINY), ("run", TINY, "--force"):
            done = self.ends(OK, *words, "-q", cwd=self.dir)
            self.assertEqual((done.stdout, done.stderr), ("", ""), words)
        self.assertEqual(self.left(), ["grid.h5", "tiny.h5"])
        done = self.ends(IO, "run", TINY, "-q", cwd=self.dir)
        self.assertIn("exists already", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_summary(self):
        for said in ("2021Q1..2022Q4, 14 states, 6 runs", "Largest changes", "tiny-1", f"Written: {self.result}",
                     f"equipoise check {self.result}"):
            self.assertIn(said, self.summary)
        self.assertNotIn("\n\n\n", self.summary)

    def on_terminal(self, *words, **environment):
        """Standard error of the program if it is a terminal."""
        try:
            ours, theirs = pty.openpty()
        except OSError as reason:
            self.skipTest(f"no terminal can be had: {reason}")
        process = start(*words, stderr=theirs, env={**os.environ, **environment}, cwd=self.dir)
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # EIO: the other end is closed
            while piece := os.read(ours, 65536):
                said += piece
        os.close(ours)
        process.communicate()
        return process.returncode, said.decode().replace("\r\n", "\n")

    def test_progress_bar(self):
        for words in (["run", TINY, "-r", "150"], ["sweep", GRID, "-r", "25"], ["check", TINY, "-r", "150"]):
            for environment in {}, {"NO_COLOR": "1", "TERM": "dumb"}:
                for threads in ("1", "2") if environment else ("2",):
                    with self.subTest(words=words, threads=threads):
                        status, said = self.on_terminal(*words, "--threads", threads, *(
                            [] if words[0] == "check" else ["--force"]), **environment)
                        self.assertEqual(status, OK, said)
                        self.assertRegex(said[:2000], r"\[#+ *\] \d+ of 150 runs")
                        line, codes = screen(said)
                        self.assertEqual(line, "", "the bar stays")
                        self.assertEqual(set(codes), {"\033[K"})
        for words in (["run", TINY, "-r", "150", "-q", "--force"], ["run", TINY, "-r", "1", "--force"]):
            self.assertEqual(self.on_terminal(*words), (OK, ""))

    def test_bar_makes_way_for_messages(self):
        status, said = self.on_terminal("sweep", FAILING, "-o", "f.h5")
        self.assertEqual(status, RUNS_FAILED)
        first = [screen(line)[0] for line in said.split("\n")][0]
        self.assertTrue(first.startswith("equipoise: warning: run 1 failed"), first)

    printing = [("--help",), ("--version",), *((command, "--help") for command in COMMANDS), ("run", "--version"),
                ("run", "--usage"), ("run", TINY), ("sweep", GRID), ("validate", TINY), ("check", TINY),
                ("list", SCENARIOS), ("check", "RESULT"), ("check", "RESULT", "--format", "json"), ("parameters",),
                ("export", "RESULT"),
                *(("parameters", "--format", form) for form in ("csv", "json", "markdown"))]

    def each_printing(self):
        for words in self.printing:
            yield [str(self.result) if word == "RESULT" else word for word in words]
            for name in self.left():
                os.remove(self.dir / name)

    def test_full_output(self):
        with open("/dev/full", "w") as full:
            for words in self.each_printing():
                with self.subTest(words):
                    done = self.ends(IO, *words, cwd=self.dir, stdout=full)
                    self.assertIn("standard output cannot be written", done.stderr)

    def test_output_that_nobody_reads(self):
        for words in self.each_printing():
            reader, writer = os.pipe()
            os.close(reader)
            process = start(*words, cwd=self.dir, stdout=writer)
            os.close(writer)
            said = process.communicate()[1]
            with self.subTest(words):
                self.assertEqual((process.returncode, said), (-signal.SIGPIPE, ""))
        done = subprocess.run(f"'{PROGRAM}' export '{self.result}' | head -n 1; echo ${{PIPESTATUS[0]}}", shell=True,
                              executable="/bin/bash", capture_output=True, text=True)
        self.assertEqual(done.stdout.splitlines(), ["run,point,replicate,time,quarter,state,to,arm,variable,value", "141"])
        self.assertEqual(done.stderr, "")

    def test_closed_streams(self):
        """A file that is written never takes the place of a closed stream."""
        for closed in "<&-", ">&-", "2>&-", "<&- >&- 2>&-":
            with self.subTest(closed):
                done = subprocess.run(f"exec '{PROGRAM}' run '{TINY}' -o a.h5 --force {closed}", shell=True,
                                      cwd=self.dir, capture_output=True)
                self.assertEqual(done.returncode, IO if ">&-" in closed.replace("2>&-", "") else OK, done.stderr)
                self.assertEqual(digest(self.dir / "a.h5"), digest(self.result))
        done = subprocess.run(f"exec '{PROGRAM}' check '{self.result}' >&-", shell=True, capture_output=True)
        self.assertEqual(done.returncode, IO)


class Files(Program):
    def test_name_without_output(self):
        self.assertIn("Written: tiny.h5", self.ends(OK, "run", TINY, cwd=self.dir).stdout)
        self.assertIn("Written: grid.h5", self.ends(OK, "sweep", GRID, cwd=self.dir).stdout)
        self.assertEqual(self.left(), ["grid.h5", "tiny.h5"])
        self.assertEqual(digest(self.dir / "tiny.h5"), digest(self.result))

    def test_published_files_are_for_all(self):
        mask = os.umask(0o022)
        try:
            self.ends(OK, "run", TINY, "-q", cwd=self.dir)
            self.ends(OK, "export", "tiny.h5", "-o", "t.csv", cwd=self.dir)
        finally:
            os.umask(mask)
        for name in "tiny.h5", "t.csv":
            self.assertEqual(stat.S_IMODE((self.dir / name).stat().st_mode), 0o644)

    def test_refuses_before_simulating(self):
        (self.dir / "here.h5").write_text("mine")
        (self.dir / "folder").mkdir()
        os.mkfifo(self.dir / "pipe")
        (self.dir / "link").symlink_to("nowhere")
        cases = {"here.h5": "exists already", "folder": "is a directory", "missing/a.h5": "No such file or directory",
                 "here.h5/a.h5": "Not a directory", "pipe": "not a regular file", "link": "exists already",
                 "folder/": "", "x" * 300: "too long", "": ""}
        before = self.left()
        for name, said in cases.items():
            for command in ("run", TINY, "-r", "1000000"), ("export", self.result):
                with self.subTest(output=name, command=command[0]):
                    begun = time.monotonic()
                    done = self.ends(IO, *command, "-o", name, cwd=self.dir, timeout=10)
                    self.assertLess(time.monotonic() - begun, 1.5)
                    self.assertEqual(done.stdout, "")
                    self.assertRegex(done.stderr, rf"^{re.escape(name)}: error: .*{said}")
                    self.assertEqual(self.left(), before)
        self.assertEqual((self.dir / "here.h5").read_text(), "mine")

    def test_force_replaces(self):
        (self.dir / "a.h5").write_text("mine")
        self.ends(OK, "run", TINY, "-o", "a.h5", "--force", cwd=self.dir)
        self.assertEqual(digest(self.dir / "a.h5"), digest(self.result))
        self.ends(OK, "export", "a.h5", "-o", "a.csv", cwd=self.dir)
        self.ends(IO, "export", "a.h5", "-o", "a.csv", cwd=self.dir)
        self.ends(OK, "export", "a.h5", "-o", "a.csv", "--force", cwd=self.dir)
        self.assertEqual(self.left(), ["a.csv", "a.h5"])

    def test_export_onto_its_own_file(self):
        shutil.copy(self.result, self.dir / "a.h5")
        self.ends(OK, "export", "a.h5", "-o", "a.h5", "--force", cwd=self.dir)
        self.assertEqual((self.dir / "a.h5").read_text(), self.ends(OK, "export", self.result).stdout)

    def test_limit_of_file_size(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        (self.dir / "old.csv").write_text("mine")
        for words in (("run", TINY, "-o", "a.h5"), ("sweep", GRID, "-o", "a.h5", "-r", "20"),
                      ("export", self.result, "-o", "a.csv"), ("export", self.result, "-o", "old.csv", "--force")):
            with self.subTest(words):
                done = self.ends(IO, *words, cwd=self.dir, preexec_fn=limit)
                self.assertRegex(done.stderr, r"^(a|old)\.(h5|h5\.journal|csv): error: cannot be written: File too large\n$")
                kept = ["a.h5.journal"] if words[0] == "sweep" else []  # what is finished, for --resume
                self.assertEqual(self.left(), [*kept, "old.csv"], "nothing partial, nothing temporary")
                for name in kept:
                    (self.dir / name).unlink()
                self.assertEqual((self.dir / "old.csv").read_text(), "mine")

    def in_own_mounts(self, mount, *words):
        """The program with a file system of its own at `disk`; what was left there as well."""
        (self.dir / "disk").mkdir(exist_ok=True)
        script = f"""set -e; cd "$1"; shift; {mount}; s=0; "$@" || s=$?; ls -A disk >left; exit $s"""
        test = subprocess.run(["unshare", "-rm", "sh", "-c", f'set -e; cd "$1"; {mount}', "sh", self.dir],
                              capture_output=True, text=True) if shutil.which("unshare") else None
        if test is None or test.returncode != 0:
            self.skipTest(f"file systems cannot be mounted here: {test.stderr.strip() if test else 'no unshare'}")
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", self.dir, PROGRAM, *words],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)))
        return done, (self.dir / "left").read_text().split()

    def test_full_disk(self):
        for words in ("run", TINY, "-o", "disk/a.h5"), ("export", self.result, "-o", "disk/a.csv"):
            done, left = self.in_own_mounts("mount -t tmpfs -o size=32k none disk", *words)
            self.assertEqual(done.returncode, IO, done.stderr)
            self.assertRegex(done.stderr, r"^disk/a\.\w+: error: cannot be written: No space left on device\n$")
            self.assertEqual((done.stdout, left), ("", []))

    def test_read_only_folder(self):
        for words in ("run", TINY, "-r", "1000000", "-o", "disk/a.h5"), ("export", self.result, "-o", "disk/a.csv"):
            begun = time.monotonic()
            done, left = self.in_own_mounts("mount -t tmpfs -o ro none disk", *words)
            self.assertLess(time.monotonic() - begun, 2)
            self.assertEqual(done.returncode, IO, done.stderr)
            self.assertRegex(done.stderr,
                             r"^disk/a\.\w+: error: cannot be written: folder disk: Read-only file system\n$")
            self.assertEqual((done.stdout, left), ("", []))

    def test_two_at_once(self):
        """Of two that want the same name one is refused; the other's file is whole."""
        both = [start("run", TINY, "-r", "100", "-q", cwd=self.dir) for _ in range(2)]
        for process in both:
            process.communicate()
        self.assertEqual(sorted(process.returncode for process in both), [OK, IO])
        self.assertEqual(self.left(), ["tiny.h5"])
        self.ends(OK, "check", "tiny.h5", cwd=self.dir)

    def test_damaged_files(self):
        good = self.result.read_bytes()
        flipped = bytearray(good)
        rng = random.Random(1)
        for place in range(0, 2048, 8):
            flipped[place] ^= 1 << rng.randrange(8)
        with h5py.File(self.dir / "other.h5", "w") as other:
            other["x"] = np.arange(3)
        cases = {"empty.h5": b"", "half.h5": good[:len(good) // 2], "last.h5": good[:-100], "head.h5": good[:100],
                 "flipped.h5": bytes(flipped), "text.h5": b"title = 1;\n" * 100, "zero.h5": bytes(5000),
                 "other.h5": (self.dir / "other.h5").read_bytes()}
        for k in range(3):      # a single bit of the data, which only a checksum finds
            place = rng.randrange(4096, len(good) - 4096)
            cases[f"bit-{k}.h5"] = good[:place] + bytes([good[place] ^ 4]) + good[place + 1:]
        for name, data in cases.items():
            (self.dir / name).write_bytes(data)
            for words in (("check", name), ("check", name, "--format", "json"), ("export", name),
                          ("export", name, "-o", "t"), ("chronicle", name), ("chronicle", name, "--run", "9")):
                with self.subTest(words):
                    done = self.ends(UNREADABLE, *words, cwd=self.dir)
                    self.assertEqual(done.stdout, "")
                    self.assertRegex(done.stderr, rf"^{name}: error: ")
                    self.assertFalse((self.dir / "t").exists())
        for words in ("check", "none.h5"), ("export", "none.h5"), ("chronicle", "none.h5"), ("check", "none.cfg"), ("run", "none.cfg"), (
                "validate", "none.cfg"), ("list", "none"):
            self.assertIn("No such file", self.ends(IO, *words, cwd=self.dir).stderr)


class Faults(Program):
    def test_kill_at_any_moment(self):
        """Killed at 30 moments, a run leaves a whole file or none, and what it leaves is in nobody's way."""
        words = ["run", TINY, "-r", "100", "-q", "-o", "a.h5"]
        begun = time.monotonic()
        self.ends(OK, *words, cwd=self.dir)
        length = time.monotonic() - begun
        whole = digest(self.dir / "a.h5")
        rng, counts = random.Random(20210830), {"none": 0, "whole": 0, "stale": 0}
        for moment in range(30):
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.dir / "a.h5")
            process = start(*words, cwd=self.dir)
            if moment % 3:
                time.sleep(rng.random() * length * 1.05)
            else:   # while the file is being published
                while process.poll() is None and not {"a.h5", f"a.h5.tmp.{process.pid}"} & set(os.listdir(self.dir)):
                    pass
                time.sleep(rng.random() * 0.001)
            process.kill()
            process.communicate()
            if (self.dir / "a.h5").exists():
                self.ends(OK, "check", "a.h5", cwd=self.dir)
                self.assertEqual(digest(self.dir / "a.h5"), whole)
                counts["whole"] += 1
            else:
                counts["none"] += 1
            counts["stale"] = sum(".tmp." in name for name in self.left())
        self.assertGreater(counts["none"], 5, counts)
        self.assertGreater(counts["stale"], 0, counts)
        self.ends(OK, *words, "--force", cwd=self.dir)
        self.assertEqual(digest(self.dir / "a.h5"), whole)

    def stale(self):
        return [name for name in self.left() if ".tmp." in name]

    def test_temporary_of_the_same_number(self):
        """In a container the next process may have the number of one that was killed."""
        script = f"""echo stale >a.h5.tmp.$$; exec '{PROGRAM}' run '{TINY}' -q -o a.h5"""
        done = subprocess.run(["sh", "-c", script], cwd=self.dir, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertEqual(self.left(), ["a.h5"])
        self.assertEqual(digest(self.dir / "a.h5"), digest(self.result))

    def test_told_to_stop(self):
        """What was played is published, and the program dies by the signal."""
        for number, shell in (signal.SIGINT, 130), (signal.SIGTERM, 143):
            with self.subTest(number):
                process = start("run", TINY, "-r", "20000", "-o", f"{shell}.h5", cwd=self.dir)
                wait_for_play(process)
                process.send_signal(number)
                said = process.communicate(timeout=20)
                self.assertEqual(process.returncode, -number, said)
                self.assertEqual(said[0], "")
                found = re.fullmatch(rf"equipoise: stopped after (\d+) of 20000 runs; {shell}.h5 holds them\n", said[1])
                self.assertTrue(found, said[1])
                played = int(found[1])
                self.assertTrue(0 < played < 20000)
                with h5py.File(self.dir / f"{shell}.h5") as file:
                    status = file["status"][:]
                    self.assertEqual(len(status), 20000)
                    self.assertEqual((status == 0).sum(), played)
                    self.assertEqual(set(status), {0, 2})
                    k = int(np.flatnonzero(status == 0)[-1])
                    self.assertTrue(np.isfinite(file["gdp"][k]).all())
                    self.assertTrue(np.isnan(file["gdp"][int(np.flatnonzero(status == 2)[-1])]).all())
                self.ends(OK, "check", f"{shell}.h5", cwd=self.dir)
                self.assertEqual(self.stale(), [])

    def test_what_a_shell_sees(self):
        script = (f"""sh -c 'echo $$ >pid; mv pid number; exec "$@"' sh '{PROGRAM}' """
                  f"""run '{TINY}' -r 20000 -o a.h5; echo $?""")
        for number, status in (signal.SIGTERM, "143"), (signal.SIGINT, "130"):
            with subprocess.Popen(["sh", "-c", script], cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, preexec_fn=listen) as shell:
                while not (self.dir / "number").exists():
                    time.sleep(0.002)
                pid = int((self.dir / "number").read_text())
                end = time.monotonic() + 30
                while not catches(pid, number) and time.monotonic() < end:
                    time.sleep(0.002)
                time.sleep(0.1)
                os.kill(pid, number)
                self.assertEqual(shell.communicate(timeout=60)[0].split(), [status])
            (self.dir / "a.h5").unlink(missing_ok=True)  # not there if nothing had been played yet
            os.remove(self.dir / "number")

    def long_run(self):
        """A scenario whose single run takes seconds."""
        (self.dir / "long.cfg").write_text(
            f'title = "long"; base = "{TINY}"; record = {{ variables = ["gdp"]; every = 400; }};'
            'time = { start = "2021Q1"; end = "3000Q4"; steps_per_quarter = 64; };')
        return "long.cfg"

    def test_second_signal_is_immediate(self):
        scenario = self.long_run()
        for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM),
                              (signal.SIGTERM, signal.SIGINT)):
            with self.subTest(first=first, second=second):
                process = start("run", scenario, "-r", "4", "-o", "a.h5", cwd=self.dir)
                wait_for_play(process)
                process.send_signal(first)
                time.sleep(0.2)
                self.assertIsNone(process.poll(), "the first lets the run end")
                process.send_signal(second)
                begun = time.monotonic()
                process.communicate(timeout=20)
                self.assertLess(time.monotonic() - begun, 1)
                self.assertEqual(process.returncode, -second)
                self.assertEqual(self.left(), ["long.cfg"])

    def test_check_told_to_stop(self):
        process = start("check", TINY, "-r", "20000")
        wait_for_play(process)
        process.send_signal(signal.SIGTERM)
        self.assertEqual((process.communicate(timeout=20), process.returncode), (("", ""), -signal.SIGTERM))

    def test_signal_that_is_ignored_stays_so(self):
        """As in the background of a script, where Ctrl-C is not for us."""
        process = start("run", TINY, "-r", "400", "-q", cwd=self.dir,
                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        end = time.monotonic() + 30
        while not catches(process.pid, signal.SIGTERM) and time.monotonic() < end:
            time.sleep(0.002)
        process.send_signal(signal.SIGINT)
        self.assertEqual((process.communicate(timeout=60)[1], process.returncode), ("", OK))
        with h5py.File(self.dir / "tiny.h5") as file:
            self.assertTrue((file["status"][:] == 0).all())

    def test_runs_that_fail(self):
        done = self.ends(RUNS_FAILED, "sweep", FAILING, "-o", "f.h5", cwd=self.dir)
        self.assertIn("4 failed", done.stdout)
        self.assertRegex(done.stderr, r"(?m)^equipoise: warning: run 1 failed: .*no longer finite in 26\d\dQ\d$")
        with h5py.File(self.dir / "f.h5") as file:
            self.assertEqual(file["status"][:].tolist(), [0, 1, 1, 0, 1, 1])  # by replicate, then by point
            self.assertEqual(file["status"].attrs["flag_meanings"].split(), ["ok", "failed", "not_played"])
            message = [text.decode() for text in file["status_message"][:]]
            self.assertEqual([message[0], message[3]], ["", ""])
            self.assertRegex(message[1], r"no longer finite in 26\d\dQ\d")
            self.assertRegex(message[2], r"states\.UZB\.arms\.spending: .*burden")
            gdp = file["gdp"][:]
            self.assertTrue(np.isfinite(gdp[::3]).all())
            self.assertTrue(np.isnan(gdp[[1, 2, 4, 5]]).all())
        done = self.ends(RUNS_FAILED, "sweep", FAILING, "-q", "-o", "g.h5", cwd=self.dir)
        self.assertEqual(done.stdout, "")
        self.assertEqual(digest(self.dir / "f.h5"), digest(self.dir / "g.h5"))
        rows = list(csv.DictReader(io.StringIO(self.ends(OK, "export", "f.h5", cwd=self.dir).stdout)))
        self.assertEqual({row["value"] for row in rows if row["run"] == "4" and row["variable"] == "gdp"}, {""})

    @unittest.skipIf(SANITIZED, "AddressSanitizer needs all of the address space")
    def test_no_memory(self):
        """With any limit of memory: success, or status 1 and a message.  (The loader ends with 127.)"""
        said = set()
        cases = [("run", TINY, "-r", "300", "-j", "2", "-o", "a.h5", "--force"), ("check", TINY, "-j", "2"),
                 ("run", ROOT / "scenarios" / "us-withdrawal.cfg", "-r", "64", "-j", "1", "-o", "a.h5", "--force"),
                 ("parameters", "--format", "json"), ("check", self.result),
                 ("export", self.result, "-o", "a.csv", "--force")]
        for megabytes in [8, 16, 22, 24, 26, 28, 30, 32, 33, 34, 35, 36, 38, 40, 64, 96, 128, 256]:
            def limit():
                resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

            for words in cases:
                with self.subTest(words, megabytes=megabytes):
                    done = play(*words, cwd=self.dir, preexec_fn=limit)
                    said.add((done.returncode, words[0]))
                    # who reads a file cannot tell damage from want of memory
                    reads = [UNREADABLE] if self.result in words else []
                    if done.returncode in (2, 255) and not done.stderr and not done.stdout:
                        continue  # it did not start within the limit: the interpreter's 255, clang's threads' 2
                    if "OMP:" in done.stderr:
                        continue  # the threads' runtime of clang ends the program itself, with its own message
                    self.assertIn(done.returncode, [OK, FAILED, 127, *reads], done.stderr)
                    if done.returncode and done.returncode not in reads:
                        self.assertRegex(done.stderr, r"(?i)memory|thread|shared (object|librar)")
                        self.assertEqual(self.left(), [name for name in self.left() if name in ("a.h5", "a.csv")])
        self.assertIn((FAILED, "run"), said)
        self.assertIn((OK, "export"), said)

    def test_surroundings_change_nothing(self):
        keep = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        cases = [{}, {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}, {"LC_NUMERIC": "de_DE.UTF-8"},
                 {"TZ": "Pacific/Chatham"}, {"TZ": ":nonsense"}, {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
                 {"COLUMNS": "20", "TERM": "dumb"}]
        table = self.ends(OK, "check", self.result, "--format", "json").stdout
        for environment in cases:
            with self.subTest(environment):
                self.ends(OK, "run", TINY, "-q", "--force", cwd=self.dir, env={**keep, **environment})
                self.assertEqual(digest(self.dir / "tiny.h5"), digest(self.result))
                self.assertEqual(table, self.ends(OK, "check", self.result, "--format", "json",
                                                  env={**keep, **environment}).stdout)


class Values(Program):
    def read(self, *words):
        """Result of a run: variables by name."""
        path = self.dir / "read.h5"
        self.ends(OK, *words, "-q", "--force", "-o", path)
        with h5py.File(path) as file:
            found = {}
            file.visititems(lambda name, item: found.update({name: item[:]})
                            if isinstance(item, h5py.Dataset) else None)
            return found, dict(file.attrs)

    def test_seeds(self):
        gdp = {}
        for seed in 0, 1, 2**32, 2**63, 2**64 - 1:
            found, attributes = self.read("run", TINY, "--seed", seed)
            self.assertEqual(int(attributes["seed"]), seed)
            self.assertEqual({int(value) % 2**64 for value in found["seed"]}, {seed})
            gdp[seed] = found["gdp"].tobytes()
        self.assertEqual(len(set(gdp.values())), len(gdp))
        for bad in "-1", str(2**64), "1.5", "x", "", " 7":
            self.assertIn("allowed", self.ends(INVALID, "run", TINY, "--seed", bad, cwd=self.dir).stderr)
        self.assertEqual(self.read("run", TINY, "--seed", 7)[0]["gdp"].tobytes(),
                         self.read("run", TINY)[0]["gdp"].tobytes(), "the seed of the file")

    def test_replicates(self):
        many, few = self.read("run", TINY, "-r", 9)[0], self.read("run", TINY, "-r", 2)[0]
        self.assertEqual((many["gdp"].shape[0], few["gdp"].shape[0]), (9, 2))
        self.assertEqual(many["gdp"][:2].tobytes(), few["gdp"].tobytes())
        self.assertEqual(many["replicate"].tolist(), list(range(9)))
        self.assertEqual(len({run.tobytes() for run in many["gdp"]}), 9, "replicates differ")

    def test_set(self):
        plain, changed = self.read("run", TINY)[0], self.read("run", TINY, "-s", "states.UZB.alignment.autonomy=3")[0]
        uzb = plain["state"].tolist().index(b"UZB")
        self.assertGreater(np.abs(plain["alignment"] - changed["alignment"])[:, -1, uzb].min(), 1e-6)
        self.assertGreater(np.abs(plain["baseline/alignment"] - changed["baseline/alignment"])[:, -1, uzb].min(), 1e-6,
                           "--set is of the world, so of the baseline too")
        self.assertEqual(plain["growth"][:, 0].tobytes(), changed["growth"][:, 0].tobytes(), "the same luck")
        off = self.read("run", TINY, "--set", "model.noise=false", "-s", "states.RUS.economy.shock=0.0")[0]
        self.assertEqual(len({run.tobytes() for run in off["gdp"]}), 1)

    def test_baseline(self):
        without = self.read("run", TINY, "--no-baseline")[0]
        plain = self.read("run", TINY)[0]
        self.assertFalse(any(name.startswith("baseline") for name in without))
        self.assertEqual(without["gdp"].tobytes(), plain["gdp"].tobytes())
        before = plain["quarter"].tolist().index(b"2021Q3")
        self.assertEqual(plain["gdp"][:, :before].tobytes(), plain["baseline/gdp"][:, :before].tobytes())
        rus = plain["state"].tolist().index(b"RUS")
        self.assertTrue((plain["gdp"][:, -1, rus] < plain["baseline/gdp"][:, -1, rus]).all())

    def test_grid(self):
        """Runs are numbered by replicate, then by point, so that what is broken off has all points alike."""
        found, _ = self.read("sweep", GRID)
        autonomy = found["parameters/states.UZB.alignment.autonomy"].tolist()
        scale = found["parameters/model.threat.distance_scale"].tolist()
        points = [(a, s) for a in (1.0, 3.0) for s in (1000.0, 2000.0, 4000.0)]
        self.assertEqual(list(zip(autonomy, scale)), points * 2)
        self.assertEqual(found["point"].tolist(), list(range(6)) * 2)
        self.assertEqual(found["replicate"].tolist(), [0] * 6 + [1] * 6)
        self.assertEqual(found["status"].tolist(), [0] * 12)
        for point in 0, 4:   # a point is what --set makes, on the same luck
            a, s = points[point]
            alone, _ = self.read("run", GRID, "-r", 2, "-s", f"states.UZB.alignment.autonomy={a}",
                                 "-s", f"model.threat.distance_scale={s}")
            for name in "gdp", "alignment", "hostility", "burden":
                self.assertEqual(alone[name].tobytes(), found[name][[point, 6 + point]].tobytes(), (point, name))
        self.assertNotEqual(found["alignment"][0].tobytes(), found["alignment"][4].tobytes())
        self.assertEqual(found["growth"][0, 0].tobytes(), found["growth"][4, 0].tobytes(), "common random numbers")
        self.assertNotEqual(found["growth"][0, 0].tobytes(), found["growth"][6, 0].tobytes())

    def test_list_design(self):
        found, _ = self.read("sweep", LIST)
        self.assertEqual(found["parameters/states.UZB.alignment.autonomy"].tolist(), [1, 2, 3] * 2)
        self.assertEqual(found["parameters/states.*.security_seeking.offensive"].tolist(), [.1, .2, .3] * 2)
        alone, _ = self.read("run", LIST, "-r", 2, "-s", "states.UZB.alignment.autonomy=3",
                             "-s", "states.*.security_seeking.offensive=0.3")
        self.assertEqual(alone["alignment"].tobytes(), found["alignment"][[2, 5]].tobytes())
        self.assertEqual(self.read("sweep", LIST, "-r", 1)[0]["gdp"].shape[0], 3)


class Tables(Program):
    def rows(self, *words, **how):
        return json.loads(self.ends(OK, *words, "--format", "json", **how).stdout)

    def test_validate(self):
        bad = ROOT / "tests" / "bad-scenarios" / "out-of-range.cfg"
        done = self.ends(INVALID, "validate", TINY, bad, GRID, LIST)
        good = done.stdout.splitlines()
        self.assertEqual([line.split(": good; ")[0] for line in good], [TINY, GRID, LIST], "the others are described")
        for line, runs in zip(good, (9, 12, 6)):
            self.assertRegex(line, rf"2021Q1\.\.2022Q4, 14 states, {runs} runs \(\d points x \d\) of \d ways? to "
                                   r"play, \d claims; [\d.]+ [KMG]?B a run, at most [\d.]+ [KMG]?B on disk before "
                                   r"compression, [\d.]+ [KMG]?B of memory; about [\d.e-]+ (s|min) on \d+ cores?$")
        self.assertRegex(done.stderr, r"^.*/out-of-range\.cfg:\d+: error: [\w.]+: .*\(allowed: ")
        self.assertEqual(self.ends(IO, "validate", "none.cfg", bad).returncode, IO)
        self.assertIn("30 runs (6 points x 5)", self.ends(OK, "validate", GRID, "-r", 5).stdout)
        self.assertIn(": good; a world of 14 states", self.ends(OK, "validate", ROOT / "tests/worlds/w21.cfg").stdout)

    def test_check_of_file_and_scenario(self):
        file, scenario = self.rows("check", self.result), self.rows("check", TINY)
        self.assertEqual(file, scenario)
        keys = "scenario id quantity at expect versus effect low high share bound runs_low runs_high verdict".split()
        for row in file:
            self.assertEqual(list(row), keys)
            self.assertTrue(row["low"] <= row["effect"] <= row["high"])
            self.assertTrue(0 <= row["share"] <= 1)
            self.assertEqual(row["scenario"], "tiny")
        self.assertEqual([row["id"] for row in file], ["tiny-1", "tiny-2"])
        self.assertEqual([row["verdict"] for row in file], ["supported", "supported"])
        with h5py.File(self.result) as h5:
            quarter, state = h5["quarter"].asstr()[:].tolist(), h5["state"].asstr()[:].tolist()
            window = slice(quarter.index("2022Q1"), quarter.index("2022Q4") + 1)
            rus = state.index("RUS")
            effect = (h5["gdp"][:, window, rus] - h5["baseline/gdp"][:, window, rus]).mean(axis=1)
        self.assertAlmostEqual(file[0]["effect"], effect.mean(), delta=1e-8 * abs(effect.mean()))
        self.assertEqual(self.rows("check", TINY, "-r", 2, "--seed", 9), self.checked_run("-r", 2, "--seed", 9))

    def checked_run(self, *words):
        self.ends(OK, "run", TINY, *words, "-q", "--force", cwd=self.dir)
        return self.rows("check", "tiny.h5", cwd=self.dir)

    def test_check_formats(self):
        table = self.rows("check", self.result)
        rows = list(csv.DictReader(io.StringIO(self.ends(OK, "check", self.result, "--format", "csv").stdout)))
        self.assertEqual([{key: str(value) for key, value in row.items()} for row in rows],
                         [{key: value if isinstance(value, str) else "" if value is None else f"{value:.10g}"
                           for key, value in row.items()} for row in table])
        lines = self.ends(OK, "check", self.result, "--format", "markdown").stdout.splitlines()
        self.assertEqual({line.count("|") for line in lines[:4]}, {11})
        text = self.ends(OK, "check", self.result).stdout
        self.assertIn("2 claims: 2 supported.", text)
        self.assertIn("6 paired runs", text)

    def test_what_claims_ask(self):
        """How much and in how many runs: said beside expectation and share, and the same of scenario and result."""
        asked = SCENARIOS / "ablation.cfg"
        self.ends(OK, "run", asked, "-q", "-o", "asked.h5", "--force", cwd=self.dir)
        rows = {row["id"]: row for row in self.rows("check", "asked.h5", cwd=self.dir)}
        self.assertEqual(list(rows.values()), self.rows("check", asked))
        most, never, huge, plain = (rows[name] for name in ("most", "never", "huge", "carried"))
        self.assertEqual((most["share"], most["runs_low"], most["runs_high"], most["verdict"]), (1, 0.8, 1, "supported"))
        self.assertEqual((never["share"], never["runs_high"], never["verdict"]), (0, 0, "supported"))
        self.assertEqual((huge["share"], huge["bound"], huge["runs_low"], huge["verdict"]), (0, 1, None, "too small"))
        self.assertEqual((plain["share"], plain["runs_low"], plain["expect"]), (1, None, "decrease"))
        self.assertAlmostEqual(2 * plain["bound"], most["bound"], delta=1e-9)
        for words in ([], ["--format", "markdown"]):
            text = self.ends(OK, "check", "asked.h5", *words, cwd=self.dir).stdout
            for said in "decrease >= 1 %", "100 % (80..100 %)", "0 % (0..0 %)", "decrease >= 1 ":
                self.assertIn(said, text)
        self.assertIn("share: those with sign and size", self.ends(OK, "check", asked).stdout)
        self.assertNotIn("share: those with sign and size", self.ends(OK, "check", TINY).stdout)

    def test_numbers_that_are_not_known(self):
        """Without a baseline nothing is known of a claim against it."""
        self.ends(OK, "run", TINY, "-q", "--no-baseline", cwd=self.dir)
        first, second = self.rows("check", "tiny.h5", cwd=self.dir)
        self.assertEqual((first["effect"], first["low"], first["verdict"]), (None, None, "unknown"))
        self.assertEqual(second["verdict"], "supported")
        text = self.ends(OK, "check", "tiny.h5", "--format", "csv", cwd=self.dir).stdout
        row = next(csv.DictReader(io.StringIO(text)))
        self.assertEqual((row["effect"], row["high"]), ("", ""))

    def test_no_claims(self):
        world = ROOT / "scenarios" / "worlds" / "two-rivals.cfg"
        (self.dir / "none.cfg").write_text(
            f'title = "None"; base = "{world}"; time = {{ start = "2020Q1"; end = "2020Q4"; }};\n'
            'sweep = { design = "grid"; parameters = ( { path = "model.noise"; values = [true, false]; } ); };\n')
        self.ends(OK, "sweep", "none.cfg", "-q", cwd=self.dir)
        self.assertIn("There are no claims.", self.ends(OK, "check", "none.h5", cwd=self.dir).stdout)
        self.assertEqual(self.rows("check", "none.h5", cwd=self.dir), [])
        self.assertIn("claims: is missing", self.ends(INVALID, "check", "none.cfg", cwd=self.dir).stderr)
        # a sweep has those of the scenario under it
        self.ends(OK, "sweep", GRID, "-q", cwd=self.dir)
        self.assertEqual([row["id"] for row in self.rows("check", "grid.h5", cwd=self.dir)], ["tiny-1", "tiny-2"])

    def test_list(self):
        rows = self.rows("list", SCENARIOS)
        self.assertEqual([Path(row["file"]).name for row in rows],
                         sorted(path.name for path in SCENARIOS.glob("*.cfg")))
        tiny = next(row for row in rows if row["file"].endswith("tiny.cfg"))
        self.assertEqual({key: tiny[key] for key in ("title", "years", "states", "claims")},
                         {"title": "Two years of growth, a small scenario", "years": "2021Q1..2022Q4", "states": 14,
                          "claims": 2})
        table = list(csv.DictReader(io.StringIO(self.ends(OK, "list", SCENARIOS, "--format", "csv").stdout)))
        self.assertEqual([{key: str(value) for key, value in row.items()} for row in rows], table)
        self.assertEqual([Path(row["file"]).parts[0] for row in self.rows("list", cwd=ROOT)][:1], ["scenarios"])
        done = self.ends(INVALID, "list", ROOT / "tests" / "bad-scenarios")
        self.assertRegex(done.stderr, r"error: ")
        self.assertIn("there is no scenario", self.ends(OK, "list", self.dir).stderr)

    def test_parameters(self):
        rows = self.rows("parameters")
        paths = [row["path"] for row in rows]
        self.assertEqual(len(paths), len(set(paths)))
        self.assertGreater(len(paths), 50)
        for row in rows:
            self.assertEqual(list(row), "path symbol default allowed unit meaning source".split())
            for key in "path", "allowed", "meaning", "source":
                self.assertTrue(row[key], row)
        self.assertIn("states.X.alignment.autonomy", paths)
        table = list(csv.DictReader(io.StringIO(self.ends(OK, "parameters", "--format", "csv").stdout)))
        self.assertEqual(table, rows)
        text = self.ends(OK, "parameters").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in text[1:]], paths)
        marks = self.ends(OK, "parameters", "--format", "markdown").stdout.splitlines()
        self.assertEqual(len(marks), len(rows) + 2)
        self.assertEqual({len(re.findall(r"(?<!\\)\|", line)) for line in marks}, {8})
        some = [row["path"] for row in self.rows("parameters", "states.*.alignment.*")]
        self.assertEqual(some, [path for path in paths if re.fullmatch(r"states\..*\.alignment\..*", path)])
        self.assertGreater(len(some), 1)
        self.assertEqual([row["path"] for row in self.rows("parameters", "alignment.autonomy")],
                         ["states.X.alignment.autonomy"])

    def test_variables(self):
        """The reference of variables is what a file holds: names, dimensions, units, sentences."""
        recorded = [row["variable"] for row in self.rows("parameters", "--variables")]
        (self.dir / "all.cfg").write_text(f'title = "all"; base = "{TINY}"; record = {{ variables = [' +
                                          ", ".join(f'"{name}"' for name in recorded) + "]; };")
        self.ends(OK, "run", "all.cfg", "-r", 1, cwd=self.dir)
        with h5py.File(self.dir / "all.h5") as file:
            for row in self.rows("parameters", "--variables"):
                if row["variable"] not in file:     # there are no bodies in this world
                    self.assertIn("institution", row["dimensions"])
                    continue
                data = file[row["variable"]]
                names = [data.dims[k][0].name.rsplit("/")[-1] for k in range(data.ndim)]
                self.assertEqual(", ".join(names), row["dimensions"], row["variable"])
                self.assertEqual((data.attrs["units"], data.attrs["long_name"]), (row["unit"], row["meaning"]))

    def test_export_world(self):
        """A synthetic scenario and one on the world that it writes give the same numbers, replicate by replicate."""
        head = 'title = "t"; seed = 4; time = { start = "2000Q1"; end = "2002Q4"; };\n'
        (self.dir / "drawn.cfg").write_text(
            head + 'replicates = 2; world = { synthetic = { states = 7; poles = 2; unevenness = 0.02; }; };\n')
        (self.dir / "on.cfg").write_text(head + 'base = "world.cfg";\n')
        self.ends(OK, "run", "drawn.cfg", "-o", "drawn.h5", cwd=self.dir)
        self.ends(OK, "run", "drawn.cfg", "-j", "1", "-o", "one.h5", cwd=self.dir)
        self.assertEqual((self.dir / "one.h5").read_bytes(), (self.dir / "drawn.h5").read_bytes())
        for replicate in "0", "1":
            self.ends(OK, "export", "drawn.cfg", "--world", "--replicate", replicate, "-o", "world.cfg", "--force", cwd=self.dir)
            printed = self.ends(OK, "export", "drawn.cfg", "--world", "--replicate", replicate, cwd=self.dir).stdout
            self.assertEqual((self.dir / "world.cfg").read_text(), printed)
            self.ends(OK, "run", "on.cfg", "-o", "on.h5", "--force", cwd=self.dir)
            with h5py.File(self.dir / "drawn.h5") as drawn, h5py.File(self.dir / "on.h5") as on:
                alike = [name for name in ("gdp", "alignment", "hostility", "burden")
                         if np.array_equal(drawn[name][int(replicate)], on[name][0])]
                self.assertEqual(len(alike), 4 if replicate == "0" else 0)   # the world of the second has the luck of the first
                self.assertFalse(np.array_equal(drawn["gdp"][0], drawn["gdp"][1]))
        effective = h5py.File(self.dir / "drawn.h5").attrs["config_effective"]
        (self.dir / "again.cfg").write_text(effective)
        self.ends(OK, "run", "again.cfg", "-o", "again.h5", cwd=self.dir)
        with h5py.File(self.dir / "drawn.h5") as drawn, h5py.File(self.dir / "again.h5") as again:
            np.testing.assert_array_equal(drawn["hostility"][:], again["hostility"][:])
        for words, what in ((("export", "drawn.cfg", "--world", "--replicate", "-1"), "--replicate: error: '-1' is not allowed"),
                            (("export", "drawn.cfg", "--world", "--replicate", ""), "--replicate: error: '' is not allowed"),
                            (("export", "drawn.h5", "--replicate", "1"), "with --world"),
                            (("export", "drawn.cfg", "--world", "-s", "model.synthetic.states=400"), "1 MiB")):
            self.assertIn(what, self.ends(INVALID, *words, cwd=self.dir).stderr)

    def test_export(self):
        text = self.ends(OK, "export", self.result).stdout
        self.ends(OK, "export", self.result, "--csv", "-o", "t.csv", cwd=self.dir)
        self.assertEqual((self.dir / "t.csv").read_text(), text)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(rows[0]), "run point replicate time quarter state to arm variable value".split())
        groups = {}
        for row in rows:
            groups.setdefault((row["arm"], row["variable"]), []).append(row)
        variables = "gdp growth burden alignment hostility concentration alive".split()
        self.assertEqual(sorted(groups), sorted((arm, name) for arm in ("scenario", "baseline") for name in variables))
        with h5py.File(self.result) as file:
            for (arm, name), part in groups.items():
                data = file[name if arm == "scenario" else f"baseline/{name}"]
                wanted = data[:].astype(float)
                given = np.array([float(row["value"]) if row["value"] else np.nan for row in part])
                np.testing.assert_array_equal(given, wanted.ravel(), err_msg=f"{arm} {name}")
                label = [file[data.dims[k][0].name].asstr()[:] for k in range(2, data.ndim)]
                at = np.unravel_index(range(len(part)), wanted.shape)
                for k, row in list(enumerate(part))[::97]:
                    here = [axis[k] for axis in at]
                    self.assertEqual(row["run"], str(here[0]))
                    self.assertEqual(float(row["time"]), file["time"][here[1]])
                    self.assertEqual(row["quarter"], file["quarter"].asstr()[here[1]])
                    labels = [axis[place] for axis, place in zip(label, here[2:])]
                    self.assertEqual([row["state"], row["to"]], [*labels, "", ""][:2])

    # ---- chronicle ---------------------------------------------------------------------------------------

    def war(self, *options):
        """A result of nine states at war in the folder of this test."""
        self.ends(OK, "run", WAR, "-q", "--force", "-o", "war.h5", *options, cwd=self.dir)
        return self.dir / "war.h5"

    def test_chronicle(self):
        """The lines of a fixed seed."""
        self.war()
        done = self.ends(OK, "chronicle", "war.h5", cwd=self.dir)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.splitlines()[:11], [
            "A small world at war, for the tests of the program",
            "Run 0 (of 0..2), 2000Q1..2019Q4: 10 wars, 9 absorptions, 6 secessions, 2 pacts made or ended.",
            "",
            "2000Q4  S1 attacks S9, which S7 and S8 help, and wins",
            "2000Q4  S1 absorbs S9",
            "2006Q3  S1 attacks S8 and wins",
            "2006Q3  S1 absorbs S8",
            "2010Q2  S1 attacks S7 and wins",
            "2010Q2  S1 absorbs S7",
            "2010Q2  S8 frees itself from S1",
            "2011Q1  S1 attacks S8 and wins"])
        for line in ("2017Q1  S3 and S4 make a pact", "2017Q4  The pact of S3 and S4 ends", "2018Q1  S1 attacks S3 and loses"):
            self.assertIn(f"\n{line}\n", done.stdout)
        third = self.ends(OK, "chronicle", "war.h5", "--run", "2", cwd=self.dir).stdout
        for line in ("2007Q2  The system goes from multipolar to hegemony", "2015Q4  S3 becomes a pole", "2016Q2  S4 attacks S8, which S7 helps, and wins"):
            self.assertIn(f"\n{line}\n", third)
        peace = self.ends(OK, "chronicle", "war.h5", "--arm", "peace", cwd=self.dir).stdout
        self.assertTrue(peace.endswith(": nothing happened.\n"), peace)
        self.assertEqual(self.ends(OK, "chronicle", "war.h5", "--arm", "branches/peace", cwd=self.dir).stdout, peace)
        self.assertEqual(self.rows("chronicle", "war.h5", "--arm", "peace", cwd=self.dir), [])

    def test_chronicle_tells_what_is_recorded(self):
        """Wars, deaths, returns, poles and pacts of every run, as another reader finds them."""
        with h5py.File(self.war()) as file:
            quarters, states = (file[name].asstr()[:] for name in ("quarter", "state"))
            for run in range(3):
                rows = self.rows("chronicle", "war.h5", "--run", str(run), cwd=self.dir)
                self.assertEqual(list(rows[0]), "quarter kind who whom others how text".split())
                self.assertEqual([row["quarter"] for row in rows], sorted(row["quarter"] for row in rows))
                war, owner, pole, pact, alive = (file[name][run].astype(int)
                                                 for name in ("war", "owner", "is_pole", "pact", "alive"))
                found = {row: [] for row in ("war", "absorption", "secession", "pole", "pact", "polarity")}
                for row in rows:
                    found[row["kind"]].append(row)
                words = file["war"].attrs["flag_meanings"].split()
                fought = [(quarters[t], states[i], states[j], words[war[t, i, j]],
                           " ".join(states[np.flatnonzero(war[t, :, i] == 4)]))
                          for t, i, j in np.argwhere((war > 0) & (war < 4))]
                self.assertEqual([tuple(row[key] for key in ("quarter", "who", "whom", "how", "others"))
                                  for row in found["war"]], fought)
                self.assertEqual(len(fought), file["wars"][run, -1])
                self.assertEqual(len(found["absorption"]), (war == 3).sum())
                died = (np.diff(alive, axis=0) < 0).sum()
                returned = (np.diff(alive, axis=0) > 0).sum()
                self.assertEqual(len(found["absorption"]) - len(found["secession"]), died - returned)
                fallen = (np.diff(pole, axis=0) < 0) & (alive[1:] == 1)     # that of a dead one is told by its death
                self.assertEqual(len(found["pole"]), ((np.diff(pole, axis=0) > 0) | fallen).sum())
                self.assertEqual(sum(row["how"] == "begins" for row in found["pact"]),
                                 (np.diff(pact, axis=0) > 0).sum() / 2)
                self.assertEqual(len(found["polarity"]), (np.diff(file["polarity"][run].astype(int)) != 0).sum())
                held = {state: state for state in states}       # what is told leads from the first owners to the last
                for row in rows:
                    if row["kind"] == "absorption":
                        for province in [row["whom"], *row["others"].split()]:
                            held[province] = row["who"]
                    elif row["kind"] == "secession":
                        self.assertEqual(held[row["who"]], row["whom"])
                        held[row["who"]] = row["who"]
                self.assertEqual(list(held.values()), list(states[owner[-1]]))

    def test_chronicle_formats(self):
        self.war()
        rows = self.rows("chronicle", "war.h5", cwd=self.dir)
        text = self.ends(OK, "chronicle", "war.h5", "--format", "csv", cwd=self.dir).stdout
        self.assertEqual(list(csv.DictReader(io.StringIO(text))), rows)
        marks = self.ends(OK, "chronicle", "war.h5", "--format", "markdown", cwd=self.dir).stdout
        self.assertEqual(len(marks.splitlines()), len(rows) + 2)
        lines = self.ends(OK, "chronicle", "war.h5", cwd=self.dir).stdout.splitlines()[3:]
        self.assertEqual(lines, [f"{row['quarter']}  {row['text']}" for row in rows])

    def test_chronicle_of_what_is_missing(self):
        def record(what, *options):
            (self.dir / "some.cfg").write_text(f'title = "t"; base = "{WAR}"; record = {{ {what} }};')
            self.ends(OK, "run", "some.cfg", "-q", "--force", "-o", "some.h5", cwd=self.dir)
            return self.ends(OK, "chronicle", "some.h5", *options, cwd=self.dir)

        done = record('variables = ["alive", "polarity", "hosting"];')
        self.assertEqual(done.stderr, "some.h5: note: not told, since not recorded: war, owner, is_pole, pact "
                                      "(record = { variables = [...]; } names what is)\n")
        self.assertIn("\n2000Q4  S9 ceases to exist\n", done.stdout)
        self.assertIn("\n2010Q2  S8 exists again\n", done.stdout)
        self.assertEqual(self.ends(OK, "chronicle", "some.h5", "-q", cwd=self.dir).stderr, "")
        self.assertIn("\n2000Q4  S1 attacks S9, which S7 and S8 help, and conquers it\n", record('variables = ["war"];').stdout)
        sparse = record('every = 20; variables = ["owner", "war", "is_pole", "polarity", "pact", "hosting"];')
        self.assertEqual(sparse.stderr, "some.h5: note: one quarter in 20 is recorded: dates are those of the records, "
                                        "and wars of other quarters are not told\n")
        self.assertIn("\n2004Q4  S1 absorbs S9\n", sparse.stdout)
        (self.dir / "steps.cfg").write_text(f'title = "t"; base = "{WAR}"; time = {{ start = "2000Q1"; end = "2019Q4"; '
                                            'steps_per_quarter = 4; };')
        self.ends(OK, "run", "steps.cfg", "-q", cwd=self.dir)
        with h5py.File(self.dir / "steps.h5") as file:  # a record holds the wars of all steps of its quarter
            fought = file["wars"][0, -1]
        done = self.ends(OK, "chronicle", "steps.h5", cwd=self.dir)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.count(" attacks "), fought)
        (self.dir / "none.cfg").write_text(f'title = "t"; base = "{WAR}"; record = {{ variables = ["gdp"]; }};')
        self.ends(OK, "run", "none.cfg", "-q", cwd=self.dir)
        done = self.ends(INVALID, "chronicle", "none.h5", cwd=self.dir)
        self.assertEqual((done.stdout, done.stderr), ("", (
            "none.h5: error: nothing of what a chronicle tells is recorded (allowed: record any of war, owner, alive, "
            "polarity, is_pole, pact, hosting)\n")))

    def test_chronicle_of_what_is_not_there(self):
        self.war()
        for options, said in ((("--run", "3"), "--run: error: '3' is not in the file (allowed: 0..2)"),
                              (("--run", "-1"), "--run: error: '-1' is not in the file (allowed: 0..2)"),
                              (("--run", "1x"), "--run: error: '1x' is not"), (("--run", ""), "--run: error: '' is not"),
                              (("--run", "99999999999999999999"), "is not in the file"),
                              (("--arm", "war"), "--arm: error: 'war' is not in the file (allowed: scenario, peace)"),
                              (("--format", "yaml"), "allowed: text, csv, json, markdown")):
            done = self.ends(INVALID, "chronicle", "war.h5", *options, cwd=self.dir)
            self.assertEqual(done.stdout, "")
            self.assertIn(said, done.stderr)
        self.assertIn("(allowed: scenario, baseline)",
                      self.ends(INVALID, "chronicle", self.result, "--arm", "branch").stderr)
        self.ends(RUNS_FAILED, "sweep", FAILING, "-q", "-o", "failing.h5", cwd=self.dir)
        with h5py.File(self.dir / "failing.h5") as file:
            failed = int(np.flatnonzero(file["status"][:])[0])
        done = self.ends(INVALID, "chronicle", "failing.h5", "--run", str(failed), cwd=self.dir)
        self.assertRegex(done.stderr, rf"^--run: error: run {failed} was not played to its end: .+\n\Z")

    def test_many_pacts(self):
        self.war("-s", "model.war.pact_above=0.0001", "-s", "model.war.pact_below=0.00009")
        short, long = (self.ends(OK, "chronicle", "war.h5", *more, cwd=self.dir).stdout for more in ([], ["-v"]))
        self.assertRegex(short, r", \d+ pacts made or ended \(told with --verbose\)\.\n")
        self.assertNotIn(" make a pact", short)
        pacts = int(re.search(r"(\d+) pacts made or ended\.", long)[1])
        self.assertEqual(len(re.findall(r"make a pact|The pact of", long)), pacts)
        self.assertGreater(pacts, 20)
        self.assertEqual([line for line in long.splitlines()[2:] if "pact" not in line], short.splitlines()[2:])

    def test_summary_of_one_run_at_war(self):
        done = self.ends(OK, "run", WAR, "-r", "1", "-o", "one.h5", cwd=self.dir)
        lines = done.stdout.splitlines()
        first = lines.index("What happened first:")
        said = self.ends(OK, "chronicle", "one.h5", cwd=self.dir).stdout.splitlines()
        self.assertEqual(lines[first + 1:first + 11], said[3:13])
        self.assertIn("Next:    equipoise chronicle one.h5", lines)
        self.assertNotIn("\n\n\n", done.stdout)
        self.assertNotIn("What happened", self.ends(OK, "run", WAR, "-o", "three.h5", cwd=self.dir).stdout)
        self.assertNotIn("chronicle", self.summary)


if __name__ == "__main__":
    unittest.main()
