"""Terraform with HashiCorp's own provider, from a local plugin folder: nothing is downloaded."""

import os
import pathlib
import shutil
import subprocess

import pytest

STACK = pathlib.Path(__file__).resolve().parents[3] / "terraform"


def plugin_folder():
    """TF_PLUGIN_DIR, or why there is none."""
    folder = os.environ.get("TF_PLUGIN_DIR")
    if not folder:
        return None, "TF_PLUGIN_DIR is not set: give the folder that holds registry.terraform.io/hashicorp/aws"
    if not list(pathlib.Path(folder).rglob("terraform-provider-aws*")):
        return None, f"TF_PLUGIN_DIR ({folder}) holds no terraform-provider-aws"
    return folder, None


class Terraform:
    """One copy of the stack in a folder of its own, so that no test leaves anything beside the sources."""

    def __init__(self, folder, plugins, environment=None):
        self.folder = folder
        self.plugins = plugins
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))},
            "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
            **(environment or {}),
        }

    def run(self, *arguments, seconds=600, accepted=(0,), **variables):
        environment = {**self.environment, **{f"TF_VAR_{name}": value for name, value in variables.items()}}
        done = subprocess.run(
            ["terraform", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True,
            timeout=seconds)
        assert done.returncode in accepted, f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    def init(self, *arguments):
        return self.run("init", "-input=false", "-no-color", f"-plugin-dir={self.plugins}", *arguments)


@pytest.fixture(scope="session")
def plugins():
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    folder, reason = plugin_folder()
    if reason:
        pytest.skip(reason)
    return folder


@pytest.fixture
def copy_of_stack(plugins, tmp_path):
    """Makes a Terraform on a copy of terraform/ and of what it reads beside it."""

    def make(environment=None):
        ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*")
        shutil.copytree(STACK, tmp_path / "terraform", ignore=ignored)
        shutil.copytree(STACK.parent / "docs" / "sql", tmp_path / "docs" / "sql")
        return Terraform(tmp_path / "terraform", plugins, environment)

    return make
