#!/usr/bin/env python3
"""The house keeps its order: who includes whom, who owns which name, what a room may not do.

    EQUIPOISE_LIBRARY=build/libequipoise_core.a tests/test_source.py [-v] [NAME...]

Every rule is tried on a small example that breaks it before it is tried on the source.
"""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIM = ROOT / "sim"
LIBRARY = Path(os.environ.get("EQUIPOISE_LIBRARY", ROOT / "build" / "libequipoise_core.a")).resolve()

# Whom a room may include beside itself: arrows go down, never back.
BELOW = {
    "base": set(),
    "model": {"base"},
    "scenario": {"model", "base"},
    "result": {"model", "base"},  # tables only: see TABLES
    "ensemble": {"scenario", "result", "model", "base"},
    "evidence": {"ensemble", "scenario", "result", "model", "base"},
    "cli": {"evidence", "ensemble", "scenario", "result", "model", "base"},
    "main": {"cli", "evidence", "ensemble", "scenario", "result", "model", "base"},
}
TABLES = {"result": {"model/cast.h", "model/variables.h"}}
LIBRARY_ROOMS = set(BELOW) - {"cli", "main"}

# Who may know a library: a pattern of headers, and patterns of files.
KNOWS = {
    r"libconfig": [r"scenario/"],
    r"hdf5(_hl)?\.h|H5": [r"result/"],
    r"omp\.h": [r"ensemble/"],
    r"signal\.h": [r"ensemble/", r"main\.c$", r"cli/(run|check)\.c$",
                   r"result/check\.c$"],  # the child that reads a file first, to die of its damage in our place
    r"Random123/|gsl/gsl_rng": [r"model/draw\."],
    r"gsl/gsl_odeiv": [r"model/flow\."],
    r"argp\.h": [r"cli/options\.c$"],
}
PRINTS = r"printf|vprintf|puts|putchar|perror|exit|_Exit|quick_exit|abort|system"
STREAMS = r"stdout|stderr"


def room_of(name):
    """Room of a file in sim, by its path from there."""
    return name.split("/")[0] if "/" in name else "main"


def bare(text):
    """C without comments, and without what stands in quotes; lines stay where they are."""
    def blank(found):
        piece = found[0]
        return "\n" * piece.count("\n") + (" " if piece.startswith("/") else '""' if piece[0] == '"' else "' '")
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


def includes(text):
    """(line, header, whether it is ours) of every include."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line):
            yield number, found[2], found[1] == '"'


def wrong_arrows(name, text):
    room = room_of(name)
    if room not in BELOW:
        return [f"{name}: there is no room {room}"]
    wrong = []
    for number, header, ours in includes(text):
        if not ours:
            continue
        target = room_of(header)
        if "/" not in header or target not in BELOW:
            wrong.append(f"{name}:{number}: {header} is not by its path from sim")
        elif target != room and target not in BELOW[room]:
            wrong.append(f"{name}:{number}: {room} includes {header}")
        elif target == "model" and header not in TABLES.get(room, {header}):
            wrong.append(f"{name}:{number}: {room} includes {header}, and may know only tables")
    return wrong


def wrong_knowledge(name, text):
    wrong = []
    for number, header, ours in includes(text):
        for library, places in KNOWS.items():
            if not ours and re.match(library, header) and not any(re.match(place, name) for place in places):
                wrong.append(f"{name}:{number}: {header} is not for this file")
    if re.search(r"#\s*pragma\s+omp", bare(text)) and room_of(name) != "ensemble":
        wrong.append(f"{name}: only ensemble knows OpenMP")
    return wrong


def wrong_calls(name, text):
    code, wrong = bare(text), []
    for number, line in enumerate(code.splitlines(), 1):
        if room_of(name) in LIBRARY_ROOMS:
            for found in re.finditer(rf"\b({PRINTS})\s*\(|\b({STREAMS})\b(?!_)", line):
                wrong.append(f"{name}:{number}: {found[0]} in a library room")
        elif re.search(r"\babort\s*\(", line) and room_of(name) != "cli":
            wrong.append(f"{name}:{number}: abort")
    return wrong


def stems(room, files):
    """Beginnings of names that a room may export: its own, and those of its files, in the singular or plural."""
    words = {room} | {Path(file).stem for file in files if room_of(file) == room}
    return words | {word[:-1] for word in words if word.endswith("s")}


def wrong_symbols(room, symbols, files):
    return [f"{room}: {symbol}" for symbol in symbols
            if not any(symbol == stem or symbol.startswith(f"{stem}_") for stem in stems(room, files))]


def exported(text):
    """Symbols by object file, from what nm -g --defined-only says."""
    found, here = {}, None
    for line in text.splitlines():
        if title := re.fullmatch(r"(.+\.o):", line):
            here = found.setdefault(title[1], [])
        elif symbol := re.fullmatch(r"[0-9a-f]* ([A-Z]) (\S+)", line):
            if not re.match(r"__(odr_)?asan|__sanitizer|_", symbol[2]):
                here.append(symbol[2])
    return found


def wrong_words(name, text):
    places, wrong = "work|home|root|Users|mnt|media|var/folders" + ("" if name.startswith("tests/") else "|tmp"), []
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            wrong.append(f"{name}:{number}: {line.strip()}")
        if found := re.search(rf"(?<![\w.])/({places})/[\w.-]+|\b[A-Z]:\\\\", line):
            wrong.append(f"{name}:{number}: a path of one machine: {found[0]}")
    return wrong


class Source(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.files = {str(path.relative_to(SIM)): path.read_text() for path in sorted(SIM.rglob("*"))
                     if path.suffix in (".c", ".h", ".def")}

    def nothing(self, check):
        wrong = [line for name, text in self.files.items() for line in check(name, text)]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_there_is_a_source(self):
        self.assertGreater(len(self.files), 50)
        self.assertEqual({room_of(name) for name in self.files}, set(BELOW))

    def test_arrows_go_down(self):
        bad = '#include "cli/cli.h"\n#include "world.h"\n#include <math.h>\n'
        self.assertEqual(len(wrong_arrows("model/power.c", bad)), 2)
        self.assertEqual(len(wrong_arrows("result/read.c", '#include "model/world.h"\n#include "model/cast.h"\n')), 1)
        self.assertEqual(len(wrong_arrows("scenario/load.c", '#include "result/result.h"\n')), 1)
        self.assertEqual(wrong_arrows("main.c", '#include "cli/cli.h"\n'), [])
        self.nothing(wrong_arrows)

    def test_private_headers_stay_at_home(self):
        """A header that says it is private is included by its own room alone."""
        private = {name for name, text in self.files.items() if re.search(r"\A/\*[^*]*\b[Pp]rivate\b", text)}
        self.assertGreaterEqual(private, {"ensemble/file.h", "result/reader.h"})
        wrong = [f"{name}:{number}: {header}" for name, text in self.files.items()
                 for number, header, ours in includes(text) if header in private and room_of(header) != room_of(name)]
        self.assertEqual(wrong, [])

    def test_libraries_have_one_room(self):
        for header, name in (("libconfig.h", "model/cast.c"), ("hdf5.h", "cli/export.c"), ("omp.h", "model/step.c"),
                             ("signal.h", "model/step.c"), ("Random123/philox.h", "model/belief.c"),
                             ("gsl/gsl_rng.h", "ensemble/run.c")):
            self.assertEqual(len(wrong_knowledge(name, f"#include <{header}>\n")), 1, header)
        self.assertEqual(len(wrong_knowledge("model/step.c", "#pragma omp simd\n")), 1)
        self.nothing(wrong_knowledge)

    def test_rooms_below_neither_print_nor_end(self):
        bad = ('exit(1);\nprintf("x");\nfputs("x", stderr);\nabort();\n'
               '/* exit(1) */\nf("exit(1)");\n_exit(0);\nfprintf(out, "x");\n')
        self.assertEqual(len(wrong_calls("model/step.c", bad)), 4)
        self.assertEqual(len(wrong_calls("main.c", bad)), 1)
        self.nothing(wrong_calls)

    def test_symbols_bear_the_name_of_their_room(self):
        files = ["model/parameters.h", "model/quantity.h", "model/variables.c", "base/message.h"]
        good = ["parameter_find", "quantity_parse", "variable_table", "model_x", "parameters"]
        self.assertEqual(wrong_symbols("model", good, files), [])
        self.assertEqual(len(wrong_symbols("model", ["message_add", "helper", "quantities_x", "parametric"], files)), 4)
        if not LIBRARY.exists() or not shutil.which("nm"):
            self.skipTest(f"no library at {LIBRARY}, or no nm")
        said = subprocess.run(["nm", "-g", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
        objects = exported(said)
        names, owner = sorted(self.files), {}
        for name in names:
            if name.endswith(".c") and room_of(name) in LIBRARY_ROOMS:
                owner.setdefault(Path(name).name + ".o", []).append(room_of(name))
        self.assertGreaterEqual(set(objects), set(owner), "the library is older than the source")
        wrong, seen = [], 0
        # files of the same name in two rooms are the same to an archive: either room's names will do
        for file, symbols in objects.items():
            rooms = owner.get(file, [])
            for symbol in symbols:
                seen += 1
                if rooms and all(wrong_symbols(room, [symbol], names) for room in rooms):
                    wrong.append(f"{rooms[0]}/{file}: {symbol}")
        self.assertGreater(seen, 100)
        self.assertEqual(wrong, [])

    def test_no_symbol_twice(self):
        if not LIBRARY.exists() or not shutil.which("nm"):
            self.skipTest(f"no library at {LIBRARY}, or no nm")
        said = subprocess.run(["nm", "-g", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
        every = [symbol for symbols in exported(said).values() for symbol in symbols]
        self.assertEqual(sorted(symbol for symbol in set(every) if every.count(symbol) > 1), [])

    def test_files_are_short(self):
        self.assertEqual({name: text.count("\n") for name, text in self.files.items() if text.count("\n") > 600}, {})

    def test_no_notes_to_self_and_no_machine(self):
        bad = '/* TODO: */\n// FIXME\nopen("/home/ann/x");\n"/dev/full" a/tmp/b\n'
        self.assertEqual(len(wrong_words("x.c", bad)), 3)
        self.nothing(wrong_words)
        for name in "CMakeLists.txt", "bootstrap", ".ci/run", "tests/CMakeLists.txt":
            self.assertEqual(wrong_words(name, (ROOT / name).read_text()), [])
        for path in sorted([*ROOT.glob("scenarios/**/*.cfg"), *ROOT.glob("tests/*.[ch]"), *ROOT.glob("*.md"),
                            *ROOT.glob("analysis/**/*.py")]):
            self.assertEqual(wrong_words(str(path.relative_to(ROOT)), path.read_text()), [])

    def test_headers_are_guarded_by_their_path(self):
        for name, text in self.files.items():
            if name.endswith(".h"):
                guard = "EQUIPOISE_" + re.sub(r"\W", "_", name).upper()
                self.assertIn(f"#ifndef {guard}\n#define {guard}\n", text, name)


if __name__ == "__main__":
    unittest.main()
