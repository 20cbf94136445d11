#!/usr/bin/env python3
"""What the READMEs tell a newcomer to type works as it is printed, in a fresh copy of the checkout.

    EQUIPOISE=build/equipoise tests/test_readme.py [-v] [NAME...]

Blocks marked sh and python are run in their order.  A block marked cfg is the file that the text above it names in
backticks; one for which no file is named is added to the file before.  What installs (./bootstrap, apt) is left to CI.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("EQUIPOISE", ROOT / "build" / "equipoise")).resolve()
PAGES = "README.md", "sim/README.md", "scenarios/README.md", "analysis/README.md"
LEFT_TO_CI = r"\./bootstrap|\bapt(-get)?\b"
SECONDS = 300


def blocks(text):
    """(line, language, name of a file that the text before names, content) of every fenced block."""
    found, fence, named = [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"( {0,3})(`{3,}|~{3,})\s*([\w-]*)", line)
        if fence is None and mark:
            fence = mark[2]
            found.append([number, mark[3], named, ""])
            indent, named = len(mark[1]), None
        elif fence is not None and re.match(rf" {{0,3}}{fence[0]}{{{len(fence)},}}\s*$", line):
            fence = None
        elif fence is not None:
            found[-1][3] += re.sub(rf"^ {{0,{indent}}}", "", line) + "\n"
        else:
            files = re.findall(r"`([\w./-]+\.cfg)`", line)
            named = files[-1] if files else named
    if fence is not None:
        raise ValueError(f"line {found[-1][0]}: the block is not closed")
    return [tuple(block) for block in found]


def follow(page, text, folder, environment):
    """Does what the page says, in the folder.  What went wrong, as a list of texts; and the number of blocks done."""
    wrong, done, last = [], 0, None
    for number, language, named, content in blocks(text):
        if language == "cfg":
            if named is None and last is None:
                wrong.append(f"{page}:{number}: no file is named for this block")
                continue
            with open(folder / (named or last), "w" if named else "a") as out:
                out.write(content)
            last = named or last
            words = [PROGRAM, "validate", "-q", last]
        elif language == "sh" and not re.search(LEFT_TO_CI, content):
            words = ["bash", "-euo", "pipefail", "-c", content]
        elif language == "python":
            words = [sys.executable, "-c", content]
        else:
            continue
        done += 1
        try:
            said = subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                                  timeout=SECONDS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            wrong.append(f"{page}:{number}: takes more than {SECONDS} s:\n{content}")
            continue
        if said.returncode != 0:
            wrong.append(f"{page}:{number}: status {said.returncode}:\n{content}--- said:\n{said.stdout[-2000:]}")
    return wrong, done


class Readme(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="equipoise-readme-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "MPLBACKEND": "Agg",
                            "PYTHONPATH": str(self.dir / "checkout" / "analysis"), "PYTHONDONTWRITEBYTECODE": "1"}

    def copy(self):
        """The checkout as it is, without what was built or made in it; build/equipoise is the program."""
        to = self.dir / "checkout"
        shutil.copytree(ROOT, to, symlinks=True, ignore=shutil.ignore_patterns(
            ".git", "build*", "__pycache__", ".ipynb_checkpoints", "*.h5", "*.png", "*.tmp.*"))
        (to / "build").mkdir()
        (to / "build" / "equipoise").symlink_to(PROGRAM)
        return to

    def test_extractor(self):
        text = """text `a.cfg` and
```cfg
x = 1;
```
```sh
echo one
# a comment with ``` in it
echo two
```

~~~ python
print(1)
~~~
1. in a list
   ```sh
   echo three
     indented
   ```
````
```sh
not a block
```
````
more, then `c.cfg`, or `d/b.cfg`:

```cfg
```
"""
        self.assertEqual(blocks(text), [
            (2, "cfg", "a.cfg", "x = 1;\n"), (5, "sh", None, "echo one\n# a comment with ``` in it\necho two\n"),
            (11, "python", None, "print(1)\n"), (15, "sh", None, "echo three\n  indented\n"),
            (19, "", None, "```sh\nnot a block\n```\n"), (26, "cfg", "d/b.cfg", "")])
        self.assertEqual(blocks("none"), [])
        with self.assertRaises(ValueError):
            blocks("```sh\necho\n")

    def test_runner_finds_what_is_wrong(self):
        base = ROOT / "tests" / "worlds" / "w21.cfg"
        good = f'`a.cfg`\n```cfg\ntitle = "a"; base = "{base}";\n```\n```sh\nequipoise validate a.cfg | grep good\n```\n'
        self.assertEqual(follow("x", good, self.dir, self.environment), ([], 2))
        more = good + ('and\n```cfg\ntime = { start = "2021Q1"; end = "2021Q4"; };\n```\n'
                       '```sh\nequipoise validate a.cfg | grep 2021Q4\n```\n')
        self.assertEqual(follow("x", more, self.dir, self.environment), ([], 4))
        for language, bad in (("sh", "false\ntrue"), ("sh", "false | cat"), ("sh", "equipoise frobnicate"),
                              ("sh", "echo $NONE_SUCH"), ("python", "1/0"), ("cfg", "x = 1;")):
            wrong, done = follow("x", f"{good}more:\n```{language}\n{bad}\n```\n", self.dir, self.environment)
            self.assertEqual((len(wrong), done), (1, 3), bad)
            self.assertTrue(wrong[0].startswith("x:9: "), wrong)
        for skipped in "./bootstrap test", "sudo apt-get install x", "apt update":
            self.assertEqual(follow("x", f"```sh\n{skipped}\n```\n", self.dir, self.environment), ([], 0))
        self.assertEqual(len(follow("x", "```cfg\nx=1;\n```\n", self.dir, self.environment)[0]), 1)

    def test_pages(self):
        folder, counts = self.copy(), {}
        for page in PAGES:
            if (ROOT / page).exists():
                with self.subTest(page):
                    wrong, counts[page] = follow(page, (ROOT / page).read_text(), folder, self.environment)
                    self.assertEqual(wrong, [], "\n" + "\n".join(wrong))
        self.assertGreater(counts.get("README.md", 0), 0, "README.md has nothing to type")

    def test_links_lead_somewhere(self):
        for page in PAGES:
            if not (ROOT / page).exists():
                continue
            for link in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text()):
                if not re.match(r"[a-z]+:|#", link):
                    with self.subTest(page=page, link=link):
                        self.assertTrue((ROOT / page).parent.joinpath(link.split("#")[0]).exists())


if __name__ == "__main__":
    unittest.main()
