"""scenarios/CLAIMS.md says what the program says."""
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Claims(unittest.TestCase):
    def test_table_is_the_programs(self):
        done = subprocess.run([sys.executable, "analysis/update_claims.py", "--check"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, "run analysis/update_claims.py\n" + done.stdout[-4000:] + done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
