"""The lake's desk commands, and bronze to run them on."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Benchmarks" / "lake"))


class Lake:
    """A folder with raw/, silver/ and gold/, and the commands that fill it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.raw, self.silver, self.gold = (self.folder / name for name in ("raw", "silver", "gold"))

    @staticmethod
    def command():
        return os.environ.get("RIVULET_LAKE", "").split() or [
            str(pathlib.Path(os.environ.get("RIVULET_BUILD", ROOT / ".build" / "debug")) / "rivulet-local"), "lake"]

    def run(self, *arguments, settings=None, check=True):
        environment = {**os.environ, **(settings.environment() if settings else {})}
        done = subprocess.run([*self.command(), *map(str, arguments)], capture_output=True, text=True, env=environment)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def make(self, settings=None, *options):
        """Bronze to gold; gives the counts of both commands."""
        silver = self.run("silver", "--bronze", self.raw, "--silver", self.silver, "--json", *options, settings=settings)
        gold = self.run("gold", "--silver", self.silver, "--gold", self.gold, "--json", *options, settings=settings)
        return json.loads(silver.stdout), json.loads(gold.stdout)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


@pytest.fixture(scope="session")
def dirty_lake(tmp_path_factory):
    """Two days of dirty bronze, and silver and gold of it; for tests that only read."""
    import generate

    lake = Lake(tmp_path_factory.mktemp("dirty"))
    generate.write(lake.raw, rows=4000, seed=31, days=2, runs_per_slot=2)
    lake.make()
    return lake


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory):
    """What the functions themselves make, game_streams_enriched and all; for tests that only read."""
    state = tmp_path_factory.mktemp("catalogue") / "state"
    build = pathlib.Path(os.environ.get("RIVULET_BUILD", ROOT / ".build" / "debug"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWITCH_")}
    subprocess.run([str(build / "rivulet-local"), "demo", "--json", "--state", str(state)], check=True,
                   capture_output=True, timeout=300, env=environment)
    return Lake(state / "lake")
