"""AWS's runtime interface emulator, a binary of AWS's own, with a bootstrap of ours in it."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import urllib.error
import urllib.request

from emulator import BUILD, eventually

RIE = pathlib.Path(sys.executable).parent / "aws-lambda-rie"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RuntimeInterfaceEmulator:
    """One function under it; the function's calls to AWS go to our emulator.

    `place` comes before the command, such as `chroot FOLDER`; `rie` and `bootstrap` are paths as they are there.
    """

    def __init__(self, handler, endpoint, log, variables, bootstrap="bootstrap", rie=RIE, place=()):
        self.port = free_port()
        environment = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_LAMBDA_FUNCTION_TIMEOUT": "10",
            **variables,
        }
        self.process = subprocess.Popen(
            [*place, str(rie), "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
             "--runtime-api-address", f"127.0.0.1:{free_port()}", str(BUILD / bootstrap), handler],
            env=environment, stdout=log, stderr=subprocess.STDOUT)

    def invoke(self, event):
        status, body = self.send(json.dumps(event).encode())
        return status, json.loads(body)

    def send(self, payload):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations", payload)

        def answer():
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
            except (ConnectionError, urllib.error.URLError):
                return None

        return eventually(answer, "an answer of the runtime interface emulator")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
