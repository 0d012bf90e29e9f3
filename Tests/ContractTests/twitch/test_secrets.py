"""Neither the client secret nor a token is found in any log, state file or package."""

import http.server
import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.request
import zipfile

import pytest

from emulator import ACCOUNT, BUILD, Emulator

CLIENT, SECRET = "distinctive-client-0123456789", "distinctive-secret-abcdefghij"


class Eavesdropper(http.server.ThreadingHTTPServer):
    """Stands before the simulated Twitch, passes everything on, and remembers the tokens that are given."""

    daemon_threads = True

    def __init__(self, upstream):
        self.upstream, self.tokens = upstream, set()
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
        self.server.tokens.update(re.findall(r'"access_token":"(\w+)"', told.decode()))
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


def files_with(word, folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if word.encode() in path.read_bytes()]


def test_a_demo_on_twitch_itself_leaves_neither(proxy, tmp_path):
    state = tmp_path / "state"
    own = {name: value for name, value in os.environ.items() if not name.startswith("TWITCH_")}
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "demo", "--json", "--state", str(state)], capture_output=True, text=True,
        timeout=120, env={**own, **proxy.variables, "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET": SECRET})
    assert done.returncode == 0, done.stderr + done.stdout
    report = json.loads(done.stdout)
    assert report["layers"]["bronze"] > 0
    assert proxy.tokens
    assert files_with(report["slots"][0]["run_id"], state), "the search finds what is there"
    for secret in [SECRET, *proxy.tokens]:
        assert secret not in done.stdout + done.stderr
        assert files_with(secret, state) == []


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


def test_a_secret_in_the_parameter_store_lies_sealed(proxy, stack, tmp_path):
    answer = stack.client("lambda").invoke(FunctionName="extract", Payload=b"{}", LogType="Tail")
    said = json.load(answer["Payload"])
    assert said.get("rows", 0) > 0, said
    parameter = stack.client("ssm").get_parameter(Name="/twitch/secret", WithDecryption=True)
    assert parameter["Parameter"]["Value"] == SECRET
    events = stack.client("logs").filter_log_events(logGroupName="/aws/lambda/extract")["events"]
    assert events
    for secret in [SECRET, *proxy.tokens]:
        assert not any(secret in event["message"] for event in events)
    # The token lies in the table that all instances share, and nowhere else.
    rows = stack.client("dynamodb").scan(TableName="tokens")["Items"]
    assert [row["access_token"]["S"] for row in rows] == list(proxy.tokens)
    log = stack.log.read_text()
    stack.kill()
    assert SECRET not in log
    assert files_with("/twitch/secret", tmp_path / "state"), "the search finds what is there"
    assert files_with(SECRET, tmp_path / "state") == []


def test_a_package_holds_nothing_of_who_made_it(tmp_path):
    """Where the build is none for Amazon Linux, no package is written: then its one executable is looked at."""
    output = tmp_path / "bootstrap.zip"
    done = subprocess.run(
        [str(BUILD / "rivulet-deploy"), "package", "--keep-symbols", "--executable", str(BUILD / "bootstrap"), "--output",
         str(output)],
        capture_output=True, text=True, timeout=120, env={
            **os.environ, "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET": SECRET, "TF_VAR_twitch_client_secret": SECRET})
    assert "sha256" in done.stdout
    contents = [(BUILD / "bootstrap").read_bytes(), done.stdout.encode(), done.stderr.encode()]
    if output.exists():
        with zipfile.ZipFile(output) as archive:
            contents += [archive.read(name) for name in archive.namelist()]
    for secret in (CLIENT, SECRET):
        assert not any(secret.encode() in content for content in contents)
