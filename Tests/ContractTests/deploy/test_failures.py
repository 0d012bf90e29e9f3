"""Each failure ends with what to do, and changes nothing."""

import http.server
import json
import subprocess
import threading
import time

import pytest

from emulator import eventually


@pytest.fixture
def refusing():
    """An AWS that knows nobody."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            body = (
                b"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
                b"<Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>")
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ACCESS_KEY_ID": "wrong",
        "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_REGION": "us-east-1"}
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_wrong_credential(deploy, refusing):
    deploy.package()
    done = deploy.run("apply", "--yes", target="aws", environment=refusing, accepted=(1,))
    assert "InvalidClientTokenId" in done.stderr and "AWS_ACCESS_KEY_ID" in done.stderr
    checks = {check["name"]: check for check in deploy.json(
        "doctor", target="aws", environment=refusing, accepted=(3,))}
    assert checks["credentials"]["state"] == "failed" and checks["credentials"]["remedy"]


def test_no_credential(deploy):
    done = deploy.run("plan", target="aws", accepted=(1,))
    assert "AWS_ACCESS_KEY_ID is not set" in done.stderr
    checks = {check["name"]: check for check in deploy.json("doctor", target="aws", accepted=(3,))}
    assert "AWS_ACCESS_KEY_ID is not set" in checks["credentials"]["found"] and checks["credentials"]["remedy"]
    assert checks["terraform"]["state"] == checks["provider"]["state"] == "passed"
    assert checks["state"]["state"] == "failed" and "terraform/state" in checks["state"]["remedy"]
    assert all(check["remedy"] for check in checks.values() if check["state"] != "passed")


def test_a_profile_that_nobody_has(deploy):
    unknown = {"AWS_PROFILE": "nobody"}
    done = deploy.run("plan", target="aws", environment=unknown, accepted=(1,))
    assert "There is no profile nobody" in done.stderr
    checks = {check["name"]: check for check in deploy.json("doctor", target="aws", environment=unknown, accepted=(3,))}
    assert "There is no profile nobody" in checks["credentials"]["found"]


def test_a_missing_provider(deploy, tmp_path):
    empty = tmp_path / "plugins"
    empty.mkdir()
    without = {"TF_PLUGIN_DIR": str(empty)}
    done = deploy.run("plan", environment=without, accepted=(1,))
    assert "cannot get HashiCorp's AWS provider" in done.stderr and "TF_PLUGIN_DIR" in done.stderr
    checks = {check["name"]: check for check in deploy.json("doctor", environment=without, accepted=(3,))}
    assert checks["provider"]["state"] == "failed" and checks["terraform"]["state"] == "passed"


def test_a_broken_zip(deploy):
    deploy.package()
    deploy.zip.write_bytes(deploy.zip.read_bytes()[:5000])
    done = deploy.run("apply", accepted=(3,))
    assert "✗ package" in done.stdout and "rivulet-deploy package" in done.stdout
    assert deploy.emulator.client("iam").list_roles()["Roles"] == []
    deploy.zip.unlink()
    assert "Make the package" in deploy.run("apply", accepted=(1,)).stderr


SMALL = """
terraform {
  backend "s3" {
    use_lockfile = true
  }
}

locals {
  trust = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_role" "some" {
  for_each           = toset(["a", "b", "c"])
  name               = each.key
  assume_role_policy = local.trust
}

# Takes its time until somebody has written the file.
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "test -e ${path.module}/quick || sleep 120"
  }
  depends_on = [aws_iam_role.some]
}

output "bucket" { value = "none" }
output "functions" { value = {} }
"""


@pytest.fixture
def small(deploy):
    """A stack of three roles and something slow, for what is not about the pipeline."""
    for file in (deploy.folder / "terraform").glob("*.tf"):
        file.unlink()
    (deploy.folder / "terraform" / "main.tf").write_text(SMALL)
    deploy.package()
    return deploy


def test_an_apply_killed_half_way(small):
    running = subprocess.Popen(
        **small.command("apply"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    iam = small.emulator.client("iam")
    try:
        eventually(lambda: len(iam.list_roles()["Roles"]) == 3, "three roles", seconds=60)
    finally:
        # Terraform, its provider and what it runs are of the same group.
        subprocess.run(["kill", "-9", "--", f"-{running.pid}"], check=True)
        running.wait(timeout=30)
    (small.folder / "terraform" / "quick").touch()
    refused = small.run("apply", accepted=(1,)).stderr
    assert "The state is locked by" in refused
    lock = refused.split("--unlock ")[1].split()[0]
    assert small.json("apply", "--unlock", lock, "--adopt") == []
    small.run("destroy")
    assert iam.list_roles()["Roles"] == []


def test_a_locked_state(deploy):
    """What is looked at is the lock, which Terraform's own backend puts into the emulator's bucket."""
    stack = deploy.folder / "terraform"
    for file in stack.glob("*.tf"):
        file.unlink()
    (stack / "main.tf").write_text('terraform {\n  backend "s3" {\n    use_lockfile = true\n  }\n}\n')
    assert deploy.json("plan") == {"changes": False}
    lock = {
        "ID": "6a7f0f3e-0000-4000-8000-000000000001", "Operation": "OperationTypeApply", "Info": "", "Who": "ana@there",
        "Version": "1.11.4", "Created": "2026-01-01T00:00:00Z", "Path": "rivulet-terraform-state/rivulet.tfstate"}
    s3 = deploy.emulator.client("s3")
    s3.put_object(
        Bucket="rivulet-terraform-state", Key="rivulet.tfstate.tflock", Body=json.dumps(lock).encode())
    begun = time.monotonic()
    done = deploy.run("plan", accepted=(1,))
    assert "locked by ana@there" in done.stderr and f"--unlock {lock['ID']}" in done.stderr
    assert time.monotonic() - begun < 30
    assert deploy.json("plan", "--unlock", lock["ID"]) == {"changes": False}
