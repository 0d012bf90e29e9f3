"""`rivulet-deploy` as a program, on a copy of the stack and an emulator of its own."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import zipfile

import pytest

from emulator import BUILD, ROOT, Emulator
from terraform.conftest import plugins  # noqa: F401, a fixture


class Deploy:
    """Runs `rivulet-deploy` as somebody would who has only its options and the environment."""

    def __init__(self, folder, emulator, plugins):
        self.folder = folder
        self.emulator = emulator
        self.zip = folder / "bootstrap.zip"
        ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "state")
        shutil.copytree(ROOT / "terraform", folder / "terraform", ignore=ignored)
        shutil.copytree(ROOT / "docs" / "sql", folder / "docs" / "sql")
        control = json.loads((emulator.state / "control.json").read_text())
        self.environment = {
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "RIVULET_CONTROL_TOKEN": control["token"],
            **{name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))},
            "TF_PLUGIN_DIR": str(plugins), "TF_VAR_package": str(self.zip), "TF_VAR_alarm_email": "ops@example.com",
            "TF_VAR_monthly_budget_usd": "10",
        }

    def package(self, further=None):
        """A zip of the debug build's `bootstrap`; `further` changes its digest and nothing else."""
        with zipfile.ZipFile(self.zip, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, (BUILD / "bootstrap").read_bytes(), zipfile.ZIP_DEFLATED)
            if further:
                archive.writestr("further", further)
        return base64.b64encode(hashlib.sha256(self.zip.read_bytes()).digest()).decode()

    def command(self, verb, *arguments, target="local", environment=None):
        place = ["--endpoint", self.emulator.endpoint] if target == "local" else []
        command = [
            BUILD / "rivulet-deploy", verb, "--target", target, "--stack", self.folder / "terraform", "--data",
            self.folder / "data", *place, *arguments]
        return {
            "args": [str(part) for part in command], "cwd": self.folder, "text": True,
            "env": {**self.environment, **(environment or {})}}

    def run(self, verb, *arguments, accepted=(0,), seconds=300, **options):
        done = subprocess.run(
            **self.command(verb, *arguments, **options), capture_output=True, timeout=seconds)
        assert done.returncode in accepted, f"rivulet-deploy {verb}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, verb, *arguments, **options):
        return json.loads(self.run(verb, "--json", *arguments, **options).stdout)


@pytest.fixture
def deploy(plugins, tmp_path):
    emulator = Emulator(tmp_path / "state")
    yield Deploy(tmp_path, emulator, plugins)
    emulator.stop()
