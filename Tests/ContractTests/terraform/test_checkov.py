"""What checkov says about the stack: nothing beyond what is answered here, and no answer to what it no longer says."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from .conftest import STACK

ANSWERS = {
    "CKV_AWS_338": "log lines are kept for log_retention_days, a month by default: a year of them is paid for nothing",
    "CKV_AWS_158": "log groups are encrypted by AWS's own key; a key of one's own costs a dollar a month and each call",
    "CKV_AWS_119": "the tables are encrypted by AWS's own key, for the same reason",
    "CKV_AWS_145": "the buckets are encrypted by S3's own keys, for the same reason",
    "CKV_AWS_173": "the functions' variables hold names and no secret",
    "CKV_AWS_297": "the schedule holds no secret",
    "CKV_AWS_337": "the secret is encrypted by AWS's own key of the parameter store",
    "CKV_AWS_272": "code signing needs a signing profile and a bucket; CodeSha256 is compared after each apply",
    "CKV_AWS_117": "the functions reach AWS's services and Twitch only; a VPC would add a NAT gateway's 32 dollars a month",
    "CKV_AWS_116": "no function is invoked asynchronously: the state machine catches, the queue has its own dead letters",
    "CKV_AWS_18": "access logs would outgrow the lake; CloudTrail's data events are there for who needs them",
    "CKV_AWS_144": "bronze can be pulled again and the rest made again: a copy in another region is not worth its price",
    "CKV2_AWS_62": "the state machine knows when an object is written: nobody waits for an event of the bucket",
}


@pytest.fixture(scope="module")
def checkov():
    """CHECKOV, or the one that `make venv-checkov` installs: it pins its own versions of our clients' libraries."""
    beside = pathlib.Path(__file__).resolve().parents[3] / ".venv" / "checkov" / "bin" / "checkov"
    program = os.environ.get("CHECKOV") or shutil.which("checkov") or (str(beside) if beside.exists() else None)
    if not program:
        pytest.skip("checkov is not installed: make venv-checkov, or name it in CHECKOV")
    return program


def test_every_finding_has_its_answer(checkov):
    done = subprocess.run(
        [checkov, "-d", STACK, "--framework", "terraform", "--skip-download", "-o", "json"], capture_output=True,
        text=True, timeout=300)
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 100, report["summary"]
    found = {}
    for check in report["results"]["failed_checks"]:
        found.setdefault(check["check_id"], []).append(check["resource"])
    unanswered = {check: found[check] for check in found.keys() - ANSWERS.keys()}
    assert not unanswered
    assert not ANSWERS.keys() - found.keys(), "these are no longer found: take the answers out"
