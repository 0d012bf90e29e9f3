"""Functions of a test's own, run by four kinds of bootstraps."""

import base64
import io
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, BUILD

FOLDER = pathlib.Path(__file__).parent / "functions"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/rivulet"


@pytest.fixture(scope="session")
def functions(client):
    return client("lambda")


@pytest.fixture(scope="session")
def code(tmp_path_factory):
    """A folder of code for each kind of bootstrap; all behave alike, as the handler's name says."""
    made = {}

    def of(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            BUILDERS[kind](folder)
            made[kind] = folder
        return made[kind]

    return of


def swift(folder):
    """Our own runtime client."""
    shutil.copy(BUILD / "contract-function", folder / "bootstrap")


def python(folder):
    """AWS's own client for Python."""
    shutil.copy(FOLDER / "app.py", folder)
    script(folder / "bootstrap", f'#!/bin/sh\nexec {sys.executable} -m awslambdaric "app.$_HANDLER"\n')


def shell(folder):
    """A shell script on curl."""
    script(folder / "bootstrap", (FOLDER / "bootstrap.sh").read_text())


def bare_c(folder):
    """Sockets and nothing else."""
    subprocess.run(["cc", "-O1", "-o", folder / "bootstrap", FOLDER / "bootstrap.c"], check=True)


BUILDERS = {"swift": swift, "python": python, "shell": shell, "c": bare_c}


def script(path, text):
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def make(functions, code, unique):
    """Makes a function of that kind and manner; gives its name."""

    def make(handler="echo", kind="c", suffix="", **settings):
        name = unique + suffix
        functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler=handler, Role=ROLE,
            Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code(kind))}, **{"Timeout": 10, **settings})
        return name

    return make


@pytest.fixture
def invoke(functions):
    """Invokes, and gives payload and answer."""

    def invoke(name, event=None, **arguments):
        if event is not None:
            arguments["Payload"] = json.dumps(event)
        answer = functions.invoke(FunctionName=name, **arguments)
        payload = answer["Payload"].read()
        return json.loads(payload) if payload else None, answer

    return invoke


def tail(answer):
    return base64.b64decode(answer["LogResult"]).decode()


def refusal(call, **arguments):
    """Code, message and status of a call that Lambda refuses."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def zip_of(**files):
    """The bytes of a zip whose files may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
