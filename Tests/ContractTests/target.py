"""What the contract tests talk to.

    RIVULET_CONTRACT_ENDPOINT            an emulator is started for the session
    RIVULET_CONTRACT_ENDPOINT=http://…   the emulator that is there; each worker of pytest-xdist has an account of its own
    RIVULET_CONTRACT_ENDPOINT=aws        AWS, with the credentials and the region of the environment. Functions take the role
                                         of RIVULET_CONTRACT_ROLE; without it the tests that need functions are skipped
"""

import os

import boto3
import botocore.config
import pytest

from emulator import ACCOUNT, Emulator

CHOSEN = os.environ.get("RIVULET_CONTRACT_ENDPOINT", "")
IS_AWS = CHOSEN == "aws"


class Emulated:
    """An endpoint that takes any credentials, and whose accounts are free to choose."""

    region = "us-east-1"

    def __init__(self, endpoint, account, emulator=None):
        self.endpoint, self.account, self.emulator = endpoint, account, emulator

    def client(self, service, account=None, **options):
        config = botocore.config.Config(retries={"total_max_attempts": 1}, **options)
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=self.region, aws_access_key_id=account or self.account,
            aws_secret_access_key="test", config=config)

    @property
    def role(self):
        return f"arn:aws:iam::{ACCOUNT}:role/rivulet"

    def stop(self):
        if self.emulator:
            self.emulator.stop()


class AWS:
    """AWS itself."""

    endpoint = emulator = None

    def __init__(self):
        self.session = boto3.Session()
        self.region = self.session.region_name or "us-east-1"
        self.account = self.client("sts").get_caller_identity()["Account"]

    def client(self, service, account=None, **options):
        if account:
            pytest.skip("AWS has no accounts to choose from")
        return self.session.client(service, region_name=self.region, config=botocore.config.Config(**options))

    @property
    def role(self):
        role = os.environ.get("RIVULET_CONTRACT_ROLE")
        if not role:
            pytest.skip("functions on AWS need a role: set RIVULET_CONTRACT_ROLE to its ARN")
        return role

    def stop(self):
        pass


def chosen(folder):
    """The target of this session; `folder` is for the state of an emulator of its own."""
    if IS_AWS:
        return AWS()
    if CHOSEN:
        return Emulated(CHOSEN.rstrip("/"), account_of(os.environ.get("PYTEST_XDIST_WORKER")))
    emulator = Emulator(folder / "state")
    return Emulated(emulator.endpoint, ACCOUNT, emulator)


def account_of(worker):
    """An account id for each worker (`gw0`, `gw1`, …), on a server that they share."""
    return f"{int(worker.removeprefix('gw')) + 1:012}" if worker else ACCOUNT
