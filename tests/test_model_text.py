#!/usr/bin/env python3
"""sim/MODEL.md and sim/README.md say what the source says, and README.md what scenarios/CLAIMS.md says."""

import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIM = ROOT / "sim"
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))
UPDATE = ROOT / "analysis" / "update_docs.py"

# "Koremenos, Lipson and Snidal 2001", "Bueno de Mesquita 1981", "International Monetary Fund 2016"; not "CSTO 2010-2012"
CITATION = re.compile(r"((?:[A-Z](?=[\w'-]*[a-z])[\w'-]*(?:, | and | de | ))+)(\d{4})\b")


def text(path):
    return path.read_text(encoding="utf-8")


def headings(document):
    """Lines that begin with #, outside of code."""
    outside = re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.*)$", outside, flags=re.MULTILINE)


def section(document, title):
    """The text below the heading `## title`, up to the next heading of that level."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", document, flags=re.MULTILINE | re.DOTALL)
    return match.group(1) if match else None


def update(*arguments):
    return subprocess.run([sys.executable, str(UPDATE), "--program", PROGRAM, *arguments], cwd=ROOT,
                          capture_output=True, text=True, encoding="utf-8", check=False)


class ModelText(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = text(SIM / "MODEL.md")

    def test_generated_parts_are_the_programs_tables(self):
        done = update("--check")
        self.assertEqual(done.returncode, 0, "run analysis/update_docs.py\n" + done.stdout[-2000:] + done.stderr)

    def test_check_sees_a_difference(self):
        """A row that is changed or lost is noticed; on a copy, so that nothing is written here."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("analysis/update_docs.py", "sim/MODEL.md", "README.md", "scenarios/CLAIMS.md",
                         "scenarios/balance/CLAIMS.md"):
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).write_text(text(ROOT / name), encoding="utf-8")
            copy = Path(folder) / "analysis" / "update_docs.py"

            def run(*arguments):
                return subprocess.run([sys.executable, str(copy), "--program", str(Path(PROGRAM).absolute()), *arguments],
                                      capture_output=True, text=True, encoding="utf-8", check=False)

            for name, row in (("sim/MODEL.md", r"\| model\.threat\.norm "), ("README.md", r"Of \d+ supported "),
                              ("README.md", r"\| 10 \| ")):
                target = Path(folder) / name
                lost = "".join(line for line in text(ROOT / name).splitlines(True)
                               if not re.match(row, line))
                self.assertNotEqual(lost, text(ROOT / name), name)
                target.write_text(lost, encoding="utf-8")
                done = run("--check")
                self.assertEqual(done.returncode, 1, name)
                self.assertRegex(done.stdout, rf"(?m)^\+{row}")
                self.assertEqual(text(target), lost)            # --check writes nothing
                self.assertEqual(run().returncode, 0)
                self.assertEqual(text(target), text(ROOT / name))
                target.write_text(text(ROOT / name).replace("<!-- end -->", ""), encoding="utf-8")
                done = run()
                self.assertEqual(done.returncode, 2)
                self.assertIn("<!-- end -->", done.stderr)
                target.write_text(text(ROOT / name), encoding="utf-8")

    def test_every_mechanism_of_the_schedule_has_a_section(self):
        step = text(SIM / "model" / "step.c")
        schedule = step[step.index("enum status step_world("):]
        mechanisms = set(re.findall(r"MECHANISM_([a-z]+)", schedule))
        mechanisms |= {name for name in ("flow",) if name + "_update" in schedule}
        self.assertGreater(len(mechanisms), 8)
        words = " ".join(headings(self.model)).lower()
        for name in sorted(mechanisms):
            self.assertRegex(words, rf"\b{name}\b", "no section of sim/MODEL.md is about it")

    def test_sources_of_parameters_are_in_the_references(self):
        references = section(self.model, "References")
        self.assertIsNotNone(references)
        items = [re.sub(r"\s+", " ", item) for item in references.split("\n- ")]
        done = subprocess.run([PROGRAM, "parameters", "--format", "csv"], capture_output=True, text=True,
                              encoding="utf-8", check=True)
        cited = {match for row in csv.DictReader(io.StringIO(done.stdout)) for match in CITATION.findall(row["source"])}
        self.assertGreater(len(cited), 20)
        for authors, year in sorted(cited):
            names = re.findall(r"[A-Z][\w'-]*", authors)
            found = any(year in item and all(name in item for name in names) for item in items)
            self.assertTrue(found, f"{authors.strip()} {year} is not in the references of sim/MODEL.md")

    def test_every_switch_is_explained(self):
        """The table of switches has a row for each."""
        rows = re.findall(r"^\| ([a-z]+) \| ", section(self.model, "3. Process overview and scheduling").split("**Switches.**")[1],
                          flags=re.MULTILINE)
        done = subprocess.run([PROGRAM, "parameters", "--format", "csv", "model.mechanisms."], capture_output=True, text=True,
                              encoding="utf-8", check=True)
        switches = [row["path"].rsplit(".", 1)[1] for row in csv.DictReader(io.StringIO(done.stdout))]
        self.assertGreater(len(switches), 10)
        self.assertEqual(sorted(set(rows) - {"off"}), sorted(switches))

    def test_files_named_in_the_model_exist(self):
        """Paths in backticks with a folder in front, like `tests/test_limits.c` or `model/power.c`."""
        for name in set(re.findall(r"`([\w./-]+/[\w.-]+\.(?:c|h|def|py|cfg|md))`", self.model)):
            self.assertTrue((ROOT / name).exists() or (SIM / name).exists(), name)


class Map(unittest.TestCase):
    """Every room has a section of its name in sim/README.md whose first column names its files; `power.[ch]` are two."""

    def test_every_file_is_named_and_every_name_is_a_file(self):
        page = text(SIM / "README.md")
        rooms = sorted(path.name for path in SIM.iterdir() if path.is_dir())
        self.assertGreater(len(rooms), 5)
        for room in rooms:
            part = section(page, room + "/")
            self.assertIsNotNone(part, f"no section about {room}/")
            named = set()
            for name in re.findall(r"`([\w.\[\]-]+)`", " ".join(re.findall(r"^\|([^|]*)\|", part, flags=re.MULTILINE))):
                stem = re.fullmatch(r"(.*)\.\[ch\]", name)
                named |= {stem[1] + ".c", stem[1] + ".h"} if stem else {name}
            here = {path.name for path in (SIM / room).iterdir() if path.is_file()}
            self.assertEqual(named, here, f"sim/{room}")
        for path in SIM.iterdir():
            if path.is_file() and path.name != "README.md":
                self.assertIn(f"`{path.name}`", page)

    def test_no_paths_of_a_machine(self):
        for path in (SIM / "README.md", SIM / "MODEL.md", UPDATE):
            self.assertNotRegex(text(path), r"/(?:home|root|work|tmp|Users)/", path.name)


if __name__ == "__main__":
    unittest.main()
