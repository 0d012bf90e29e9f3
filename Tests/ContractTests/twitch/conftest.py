"""The simulated Twitch as a program of its own, and functions that call it."""

import http.server
import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import target as targets
from emulator import ACCOUNT, BUILD, Emulator

CLIENT, SECRET = "distinctive-client-0123456789", "distinctive-secret-abcdefghij"


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


class Eavesdropper(http.server.ThreadingHTTPServer):
    """Stands before the simulated Twitch, passes everything on, and remembers the tokens that are given."""

    daemon_threads = True

    def __init__(self, upstream):
        self.upstream, self.tokens = upstream, []
        super().__init__(("127.0.0.1", 0), Listener)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def variables(self):
        endpoint = f"http://127.0.0.1:{self.server_port}"
        return {"TWITCH_API_URL": f"{endpoint}/helix", "TWITCH_TOKEN_URL": f"{endpoint}/oauth2/token"}


class Listener(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {name: value for name, value in self.headers.items() if name.lower() in (
            "authorization", "client-id", "content-type")}
        request = urllib.request.Request(
            self.server.upstream + self.path, data=body or None, headers=kept, method=self.command)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        told = answer.read()
        self.server.tokens.extend(re.findall(r'"access_token":"(\w+)"', told.decode()))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower().startswith(("ratelimit", "content-type")):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy(twitch):
    server = Eavesdropper(twitch("--client-id", CLIENT, "--client-secret", SECRET).endpoint)
    yield server
    server.shutdown()


@pytest.fixture
def stack(proxy, tmp_path):
    """An emulator with what `extract` needs, the secret in the parameter store."""
    emulator = Emulator(tmp_path / "state")
    emulator.client("s3").create_bucket(Bucket="lake")
    for table, key in [("pulls", "run_id"), ("tokens", "id")]:
        emulator.client("dynamodb").create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}])
    emulator.client("ssm").put_parameter(Name="/twitch/secret", Type="SecureString", Value=SECRET)
    code = tmp_path / "code"
    code.mkdir()
    os.link(BUILD / "bootstrap", code / "bootstrap")
    emulator.client("lambda").create_function(
        FunctionName="extract", Runtime="provided.al2023", Handler="extract", Timeout=30,
        Role=f"arn:aws:iam::{ACCOUNT}:role/rivulet", Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)},
        Environment={"Variables": {
            **proxy.variables, "LAKE_BUCKET": "lake", "PULLS_TABLE": "pulls", "TOKENS_TABLE": "tokens",
            "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET_PARAMETER": "/twitch/secret"}})
    yield emulator
    emulator.stop()
