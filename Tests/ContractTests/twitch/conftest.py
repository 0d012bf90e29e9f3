"""The simulated Twitch as a program of its own."""

import json
import signal
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

import target as targets
from emulator import BUILD


class Twitch:
    """`rivulet-local twitch` as a child process."""

    def __init__(self, folder, *arguments):
        ready = folder / "ready"
        self.process = subprocess.Popen(
            [str(BUILD / "rivulet-local"), "twitch", "--port", "0", "--ready-file", str(ready), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"it did not start: {self.process.communicate()[0]}")
            time.sleep(0.01)
        self.endpoint = ready.read_text().strip()
        self.token = None

    def call(self, path, method="GET", form=None, **headers):
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.endpoint + path, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def sign_in(self, client_id="rivulet-simulated-client", secret="simulated"):
        self.client_id = client_id
        self.token = self.call("/oauth2/token", "POST", {
            "client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"})["access_token"]

    def helix(self, path):
        return self.call(f"/helix{path}", **{"Authorization": f"Bearer {self.token}", "Client-Id": self.client_id})

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=30)
        return out.decode()


@pytest.fixture
def twitch(tmp_path):
    """Starts one with the arguments given."""
    if targets.CHOSEN:
        pytest.skip("a program of its own, whatever the endpoint under test is")
    started = []

    def start(*arguments):
        started.append(Twitch(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.stop()
