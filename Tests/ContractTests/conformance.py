"""The table of rules: which rule of AWS each contract test holds, where AWS states it, and what came of it.

A test says what it holds with `@rule(text, page)`. A run with RIVULET_CONFORMANCE=FILE writes the table of the rules that it
came across to that file; with `--collect-only` without results. `make conformance` writes docs/conformance.md.
"""

import os
import pathlib
import re

import pytest

import target

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "conformance.md"
#: The folders whose tests hold rules of queues and mappings.
FOLDERS = ["sqs", "control", "crash"]

SQS_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_{}.html"
SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/{}.html"
LAMBDA_API = "https://docs.aws.amazon.com/lambda/latest/api/API_{}.html"
LAMBDA_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/{}.html"


def rule(text, page):
    return pytest.mark.rule(text, page=page)


def sqs_api(operation):
    return SQS_API.format(operation)


def sqs_guide(name):
    return SQS_GUIDE.format(name)


def lambda_api(operation):
    return LAMBDA_API.format(operation)


def lambda_guide(name, section=""):
    return LAMBDA_GUIDE.format(name) + (f"#{section}" if section else "")


class Recorder:
    """Notes the rules of a session's tests and their results; writes the table at its end if asked to.

    Rules travel as properties of the tests' reports, so those of pytest-xdist's workers arrive, too.
    """

    def __init__(self):
        self.rules, self.results = {}, {}

    def pytest_collection_modifyitems(self, items):
        for number, item in enumerate(items):
            for mark in item.iter_markers("rule"):
                text, page = mark.args[0], mark.kwargs["page"]
                if not page.startswith("https://docs.aws.amazon.com/"):
                    raise pytest.UsageError(f"{item.nodeid}: the page of a rule is one of AWS's, not {page}")
                found = [text, page, test_name(item.nodeid), number]
                item.user_properties.append(("rule", found))
                self.note(found, None)

    def pytest_runtest_logreport(self, report):
        for name, found in report.user_properties:
            if name == "rule" and (report.when == "call" or not report.passed):
                self.note(found, result(report))

    def note(self, found, result):
        text, page, test, number = found
        tests = self.rules.setdefault((text, page), {})
        tests[test] = min(number, tests.get(test, number))
        if result:
            self.results.setdefault((text, page), set()).add(result)

    def pytest_sessionfinish(self, session):
        path = os.environ.get("RIVULET_CONFORMANCE")
        if path and not hasattr(session.config, "workerinput"):
            pathlib.Path(path).write_text(table(self.rules, self.results))


def test_name(nodeid):
    """`sqs/test_fifo.py::test_duplicates_are_taken_once`, without parameters."""
    return nodeid.split("[")[0].split("ContractTests/")[-1]


def result(report):
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return f"skipped: {reason.removeprefix('Skipped: ')}"
    return "holds" if report.passed else "fails"


def outcome(results):
    """The worst of a rule's results."""
    return next((one for one in sorted(results, key=lambda one: (one != "fails", one == "holds"))), "not run")


def table(rules, results):
    rows = []
    for (text, page), tests in sorted(rules.items(), key=lambda row: min(row[1].values())):
        names = "<br>".join(f"`{name}`" for name in tests)
        title = page.rsplit("/", 1)[1].removeprefix("API_").replace(".html", "")
        rows.append(f"| {text} | [{title}]({page}) | {names} | {outcome(results.get((text, page), ()))} |")
    held = sum(row.endswith("| holds |") for row in rows)
    where = "AWS" if target.IS_AWS else target.CHOSEN or "rivulet-local"
    return HEADER.format(target=where, held=held, rules=len(rows)) + "\n".join(rows) + "\n"


def rows(page):
    """Rule, AWS page, test and result of each row of a table."""
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | "))
            for line in page.splitlines() if re.match(r"\| .* \| \[", line)]


HEADER = """# Rules of queues and mappings

Which rules of AWS the contract tests hold, the page on which AWS states each, and what came of it. A row is a
`@rule(text, page)` on a test in `Tests/ContractTests`; a contract test fails when this page and the tests part. The tests of
SQS run over both of its protocols, JSON and Query.

    make conformance                                     # runs the tests on rivulet-local and writes this page
    RIVULET_CONTRACT_ENDPOINT=aws python -m pytest Tests/ContractTests/sqs

The second line runs the same tests on AWS, with the credentials and the region of the environment; RIVULET_CONTRACT_ROLE
names the role of their functions. They make queues, functions and mappings under names of their own and take them away
again; what needs an emulator's clock or process is skipped, with the reason. Any other endpoint may stand in the place of
`aws`.

This run: {target}, {held} of {rules} rules hold.

| rule | AWS page | test | result |
| --- | --- | --- | --- |
"""
