"""What `rivulet-deploy package` makes starts where there is nothing else, under AWS's own runtime interface emulator."""

import json
import os
import pathlib
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import urllib.parse
import zipfile

import pytest

from emulator import BUILD, ROOT, Emulator, make_realtime_table
from rie import RIE, RuntimeInterfaceEmulator

#: The package that SwiftPM builds in, and what it has built.
FOLDER = BUILD.parents[1]
CURL = BUILD.parent / "static-curl"

#: What Amazon Linux 2023 gives a function whose Swift runtime is its own; see Sources/Deploy/Package/AmazonLinux.swift.
SYSTEM_LIBRARIES = [
    "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libutil.so.1",
    "libgcc_s.so.1", "libstdc++.so.6",
]
#: Opened at the first call to AWS.
LATE_LIBRARIES = ["libcurl.so.4", "libcrypto.so.3"]


def package(output, *arguments, seconds):
    done = subprocess.run(
        [BUILD / "rivulet-deploy", "package", "--json", "--output", output, *arguments], cwd=FOLDER,
        capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout)


#: Mounts of its own, which end with the process; `/proc` alone is Linux's.
NAMESPACE = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]
ENTER = 'PATH=$PATH:/usr/sbin:/sbin; mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"'


class Root:
    """A file system of its own that holds AWS's emulator, an unpacked zip and nothing else."""

    def __init__(self, folder, zip_file):
        self.folder = folder
        task = folder / "var" / "task"
        task.mkdir(parents=True)
        with zipfile.ZipFile(zip_file) as archive:
            archive.extractall(task)
        (task / "bootstrap").chmod(0o755)
        # What AWS's emulator wants for itself: its own file, and one from which it reads nothing.
        shutil.copy(RIE, folder / "rie")
        self.write("/dev/null", "")
        # Swift's runtime reads its own path from Linux's /proc, and its queues the state of their threads.
        (folder / "proc").mkdir()

    def write(self, path, text):
        file = self.folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def add(self, file):
        target = self.folder / str(file).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(file, target)

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    @property
    def place(self):
        return [*NAMESPACE, "sh", "-c", ENTER, str(self.folder)]

    def store_a_batch(self, client, endpoint, table, log_file, **further):
        """Sends sqsToStore the batch of events/, and gives what it answered and how many items are stored."""
        event = json.loads((ROOT / "events" / "sqsToStore-batch.json").read_text())
        variables = {
            "REALTIME_TABLE": table, "LD_LIBRARY_PATH": "/var/task/lib", "LAMBDA_TASK_ROOT": "/var/task",
            **further}
        with open(log_file, "wb") as log:
            function = RuntimeInterfaceEmulator(
                "sqsToStore", endpoint, log, variables, "/var/task/bootstrap", "/rie", self.place)
            try:
                status, answer = function.invoke(event)
            finally:
                function.stop()
        assert status == 200, f"{answer}\n{log_file.read_text()}"
        assert "batchItemFailures" in answer, f"{answer}\n{log_file.read_text()}"
        return answer["batchItemFailures"], client("dynamodb").scan(TableName=table, Select="COUNT")["Count"]


@pytest.fixture(scope="module", autouse=True)
def roots_can_be_entered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    (folder / "proc").mkdir()
    tried = subprocess.run(
        [*NAMESPACE, "sh", "-c", ENTER.split("&&")[0], str(folder)], capture_output=True, text=True, timeout=60)
    if tried.returncode:
        pytest.skip(f"no other root can be entered here: {tried.stderr.strip()}")


@pytest.fixture(scope="module")
def static_package(tmp_path_factory):
    """The static executable, of a debug build: linked as the release is, and built in half the time."""
    curl = subprocess.run([ROOT / "scripts" / "static-curl", CURL], capture_output=True, text=True, timeout=400)
    if curl.returncode:
        pytest.skip(curl.stderr.strip().splitlines()[0])
    output = tmp_path_factory.mktemp("static") / "bootstrap.zip"
    told = package(output, "--configuration", "debug", "--curl", CURL, seconds=600)
    return output, told


@pytest.mark.timeout(1200)
def test_a_static_package_runs_in_an_empty_root(static_package, client, endpoint, realtime_table, tmp_path):
    output, told = static_package
    assert told["kind"] == "static executable" and told["files"] == ["bootstrap"]
    print(f"{told['bytes']} bytes, cold start {told['cold_start_ms']} ms (a debug build)")
    root = Root(tmp_path / "root", output)
    assert root.files() == ["dev/null", "rie", "var/task/bootstrap"]
    failed, stored = root.store_a_batch(client, endpoint, realtime_table, tmp_path / "rie.log")
    assert len(failed) == 1, "the event holds one poison message"
    assert stored > 0


class TLS:
    """A way to an endpoint by TLS under the name `aws.test`, with an authority of its own."""

    def __init__(self, endpoint, folder):
        self.certificate = folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=aws.test", "-addext", "subjectAltName=DNS:aws.test", "-keyout", folder / "key.pem",
             "-out", self.certificate], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "key.pem")
        host, port = urllib.parse.urlsplit(endpoint).netloc.split(":")

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with socket.create_connection((host, int(port)), timeout=30) as inside:
                    back = threading.Thread(target=TLS.copy, args=(inside, self.request), daemon=True)
                    back.start()
                    TLS.copy(self.request, inside)
                    back.join(timeout=30)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self):
                plain, address = super().get_request()
                plain.settimeout(30)
                return context.wrap_socket(plain, server_side=True), address

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"https://aws.test:{self.server.server_address[1]}"

    @staticmethod
    def copy(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def emulator_behind_tls(tmp_path):
    emulator = Emulator(tmp_path / "state", arguments=["--allow-host", "aws.test"])
    make_realtime_table(emulator.client, "realtime")
    tls = TLS(emulator.endpoint, tmp_path)
    yield emulator, tls
    tls.stop()
    emulator.stop()


@pytest.mark.timeout(1200)
def test_a_static_package_finds_names_and_believes_its_authorities_alone(static_package, emulator_behind_tls, tmp_path):
    output, _ = static_package
    emulator, tls = emulator_behind_tls
    root = Root(tmp_path / "root", output)
    root.write("/etc/hosts", "127.0.0.1 aws.test\n")
    # Names a module that is not there, as a larger system would.
    root.write("/etc/nsswitch.conf", "hosts: mymachines files dns\n")

    def store(authorities):
        root.write("/ca.pem", authorities.read_text())
        return root.store_a_batch(
            emulator.client, tls.endpoint, "realtime", tmp_path / "rie.log", AWS_CA_BUNDLE="/ca.pem")

    others = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    failed, stored = store(others)
    assert (len(failed), stored) == (3, 0), "nobody vouches for the endpoint"
    failed, stored = store(tls.certificate)
    assert len(failed) == 1 and stored > 0


@pytest.mark.timeout(1200)
def test_the_same_executable_gives_the_same_zip(static_package, tmp_path):
    output, told = static_package
    again = tmp_path / "again.zip"
    assert package(again, "--configuration", "debug", "--curl", CURL, seconds=300)["sha256"] == told["sha256"]
    assert again.read_bytes() == output.read_bytes()


def libraries_of(*names):
    """Paths of libraries, their own libraries and the loader, as this system's loader finds them."""
    known = {}
    for line in subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout.splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow and ("x86-64" in name or "AArch64" in name):
            known.setdefault(name.split(" ")[0], path)
    paths = {known[name] for name in names}
    for path in sorted(paths):
        for line in subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout.splitlines():
            paths.update(part for part in line.split() if part.startswith("/"))
    return sorted(paths)


@pytest.mark.timeout(1200)
def test_the_fall_back_runs_on_the_named_libraries_of_amazon_linux(client, endpoint, realtime_table, tmp_path):
    output = tmp_path / "bootstrap.zip"
    told = package(output, "--configuration", "debug", "--linking", "static-swift", seconds=600)
    assert told["kind"] == "static Swift runtime" and "asked for" in told["reason"]
    print(f"{told['bytes']} bytes, cold start {told['cold_start_ms']} ms (a debug build)")
    root = Root(tmp_path / "root", output)
    for file in libraries_of(*SYSTEM_LIBRARIES, *LATE_LIBRARIES):
        root.add(file)
    failed, stored = root.store_a_batch(client, endpoint, realtime_table, tmp_path / "rie.log")
    assert len(failed) == 1 and stored > 0


def test_an_executable_that_asks_for_no_work_is_refused(tmp_path):
    executable = tmp_path / "bootstrap"
    shutil.copy(pathlib.Path("/bin/true").resolve(), executable)
    output = tmp_path / "bootstrap.zip"
    done = subprocess.run(
        [BUILD / "rivulet-deploy", "package", "--json", "--output", output, "--executable", executable],
        cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3, done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["cold start"]["state"] == "failed" and checks["cold start"]["remedy"]
    assert not output.exists()
