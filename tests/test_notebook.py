"""The notebook runs headless from its first cell to its last, on a result that the program has just written."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("EQUIPOISE", str(ROOT / "build" / "equipoise"))


class Notebook(unittest.TestCase):
    def test_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "us-withdrawal.h5")
            subprocess.run([PROGRAM, "run", "scenarios/us-withdrawal.cfg", "-r", "20", "-q", "-o", result],
                           cwd=ROOT, check=True)
            environment = dict(os.environ, PYDEVD_DISABLE_FILE_VALIDATION="1", EQUIPOISE_RESULT=result, HOME=folder)
            environment.pop("MPLBACKEND", None)  # pictures go into the page
            converter = shutil.which("jupyter-nbconvert", path="/usr/bin") or "jupyter-nbconvert"
            done = subprocess.run([converter, "--to", "html", "--execute", "--output-dir", folder,
                                   str(ROOT / "analysis" / "us-withdrawal.ipynb")],
                                  env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr[-3000:])
            page = pathlib.Path(folder, "us-withdrawal.html").read_text()
            self.assertGreater(page.count("image/png;base64") + page.count("<img"), 3, "the pictures are missing")


if __name__ == "__main__":
    unittest.main()
