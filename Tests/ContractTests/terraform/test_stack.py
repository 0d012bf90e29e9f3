"""The stack by itself: formatted, valid, tested against a mocked provider, and described."""

import json
import shutil
import subprocess

import pytest

from .conftest import STACK
from .variables_table import current, tables


def test_every_file_is_formatted():
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive", STACK], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_stack_is_valid_and_its_own_tests_pass(copy_of_stack):
    terraform = copy_of_stack()
    terraform.init("-backend=false")
    assert json.loads(terraform.run("validate", "-json").stdout)["diagnostics"] == []
    done = terraform.run("test", "-no-color")
    assert "0 failed" in done.stdout


def test_the_state_bucket_is_valid(copy_of_stack):
    terraform = copy_of_stack()
    terraform.folder = terraform.folder / "state"
    terraform.init()
    assert json.loads(terraform.run("validate", "-json").stdout)["diagnostics"] == []


def test_the_readme_tells_every_variable_and_output():
    wanted = tables()
    assert current((STACK / "README.md").read_text()) == wanted, (
        "run python Tests/ContractTests/terraform/variables_table.py")
    assert "|  |" not in wanted.replace("| default |", ""), "every variable and output has a description"
