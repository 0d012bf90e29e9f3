"""docs/conformance.md says what the tests hold."""

import os
import subprocess
import sys

import conformance


def test_the_table_of_rules_is_that_of_the_tests(tmp_path):
    written = tmp_path / "table.md"
    folders = [str(conformance.ROOT / "Tests" / "ContractTests" / folder) for folder in conformance.FOLDERS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *folders],
        cwd=conformance.ROOT, env={**os.environ, "RIVULET_CONFORMANCE": str(written)}, capture_output=True, text=True,
        timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    here, there = (conformance.rows(path.read_text()) for path in (written, conformance.PAGE))
    assert [row[:3] for row in here] == [row[:3] for row in there], "write it anew: make conformance"
    assert {row[3] for row in there} == {"holds"}, "a rule that is not held stands in docs/conformance.md"
