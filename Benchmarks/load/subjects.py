"""What every benchmark over HTTP needs: endpoints, started here or given, and the load program beside this file."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


class Subject:
    """An endpoint, and the process behind it when it was started here."""

    def __init__(self, name, endpoint, process=None, folder=None):
        self.name, self.endpoint, self.process, self.folder = name, endpoint, process, folder

    @classmethod
    def rivulet(cls, build, *arguments):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rivulet-bench-"))
        ready = folder / "ready"
        process = subprocess.Popen(
            [build / "rivulet-local", "up", "--port", "0", "--state", folder / "state", "--ready-file", ready, *arguments],
            stdout=subprocess.DEVNULL)
        while not ready.exists():
            if process.poll() is not None:
                raise SystemExit("rivulet-local did not start")
            time.sleep(0.001)
        return cls(" ".join(["rivulet-local", *arguments]), ready.read_text().strip(), process, folder)

    @classmethod
    def moto(cls, program):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return cls("moto_server", f"http://127.0.0.1:{port}", process)
            except OSError:
                time.sleep(0.05)
        raise SystemExit("moto_server did not start")

    @property
    def host(self):
        return self.endpoint.split("//")[1]

    def memory_mib(self, field="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field))

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Load:
    """The load program, compiled into a folder that also takes its files of requests."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.program = self.folder / "replay"
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", self.program, HERE / "replay.c"], check=True)

    def run(self, subject, requests, expect="", connections=16):
        """Sends `requests`: each a head and a body, or a head and the number of bytes of a body of no meaning."""
        file = self.folder / "requests"
        with open(file, "wb") as out:
            for head, body in requests:
                own, shared = (b"", body) if isinstance(body, int) else (body, 0)
                head = head + b"Content-Length: %d\r\n\r\n" % (len(own) + shared)
                out.write(b"%d %d %d\n" % (len(head), len(own), shared) + head + own)
        command = [self.program, "--endpoint", subject.endpoint, "--requests", file, "--connections", connections]
        if expect:
            command += ["--expect", expect]
        if subject.process:
            command += ["--pid", subject.process.pid]
        finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if finished.returncode:
            raise SystemExit(f"{subject.name}: {finished.stderr}")
        return json.loads(finished.stdout)


def add_arguments(parser):
    parser.add_argument("--build", type=pathlib.Path, help="folder with rivulet-local")
    parser.add_argument("--peer", action="append", default=[], help="moto=PATH of moto_server")
    parser.add_argument("--endpoint", action="append", default=[], help="any other, started by you")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)


def starters(arguments, rivulet=((), ("--fast",))):
    """Functions that start each subject."""
    found = []
    if arguments.build:
        found += [lambda options=options: Subject.rivulet(arguments.build, *options) for options in rivulet]
    for peer in arguments.peer:
        name, _, program = peer.partition("=")
        if name != "moto":
            raise SystemExit(f"--peer {name}: only moto is started here; give others by --endpoint")
        found.append(lambda program=program: Subject.moto(program))
    found += [lambda url=url: Subject(url, url.rstrip("/")) for url in arguments.endpoint]
    if not found:
        raise SystemExit("nothing to measure: give --build, --peer or --endpoint")
    return found


def machine(runs):
    return (f"{os.cpu_count()} cores, shared with the load generator; load average {os.getloadavg()[0]:.2f}; "
            f"medians of {runs} runs")
