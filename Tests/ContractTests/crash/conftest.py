"""The crash harness kills an emulator of its own."""

import pytest

import target as targets


@pytest.fixture(autouse=True)
def an_emulator_to_kill():
    if targets.CHOSEN:
        pytest.skip("kills an emulator of its own; RIVULET_CONTRACT_ENDPOINT names another endpoint")
