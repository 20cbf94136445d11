"""The notebooks run headless from their first cell to their last, on results that the program has just written."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise")))
FOLDER = ROOT / "analysis"


class Notebook(unittest.TestCase):
    def page(self, name, folder, **variables):
        """The page that a notebook of analysis/ becomes."""
        environment = dict(os.environ, PYDEVD_DISABLE_FILE_VALIDATION="1", HOME=folder, EQUIPOISE=PROGRAM, **variables)
        environment.pop("MPLBACKEND", None)  # pictures go into the page
        converter = shutil.which("jupyter-nbconvert", path="/usr/bin") or "jupyter-nbconvert"
        done = subprocess.run([converter, "--to", "html", "--execute", "--output-dir", folder,
                               str(FOLDER / f"{name}.ipynb")], env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        return pathlib.Path(folder, f"{name}.html").read_text()

    def test_withdrawal(self):
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "us-withdrawal.h5")
            subprocess.run([PROGRAM, "run", "scenarios/us-withdrawal.cfg", "-r", "20", "-q", "-o", result],
                           cwd=ROOT, check=True)
            page = self.page("us-withdrawal", folder, EQUIPOISE_RESULT=result)
            self.assertGreater(page.count("image/png;base64") + page.count("<img"), 3, "the pictures are missing")

    def test_balance_of_power(self):
        with tempfile.TemporaryDirectory() as folder:
            page = self.page("balance-of-power", folder)
            self.assertEqual(len(re.findall("<img[^>]*data:image/png;base64", page)), 4, "the pictures are missing")
            for said in ("one-world.h5: Two hundred years", "Run 0 (of 0..5), 2000Q1..2199Q4: ", " absorbs ",
                         "lost by the attacker", "without a hegemon", "Of 16 worlds, "):
                self.assertIn(said, page)

    def test_no_outputs_are_stored(self):
        for path in sorted(FOLDER.glob("*.ipynb")):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            self.assertFalse([cell for cell in cells if cell.get("outputs") or cell.get("execution_count")], path.name)


if __name__ == "__main__":
    unittest.main()
