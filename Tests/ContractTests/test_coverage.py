"""docs/emulator-coverage.md says what the emulator does."""

import emulator_coverage

from emulator import ROOT


def test_the_coverage_page_is_true(endpoint):
    written = (ROOT / "docs" / "emulator-coverage.md").read_text()
    assert emulator_coverage.page(emulator_coverage.clients(endpoint)) == written, (
        "write it anew: python Tests/ContractTests/emulator_coverage.py ENDPOINT > docs/emulator-coverage.md")
