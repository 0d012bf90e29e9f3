"""Lambda measured: invocations through the emulator beside AWS's runtime interface emulator, cold starts, and the runtime
client alone.

    bench.py --build .build/package/release [--static PATH] [--rie PATH] [--runs 5]

Both emulators run the same bootstrap in C, one after the other, and answer the same load over one connection. Each figure
is the median of its runs, and CPU is the emulator's own. Rates depend on what else the machine does: compare the two.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
BOOTSTRAP = HERE.parents[1] / "Tests" / "ContractTests" / "lambda_" / "functions" / "bootstrap.c"
SIGNATURE = ("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, "
             "Signature=0")
#: What `extract`, the function with the most behind it, reads when it starts; nothing of it is called.
EXTRACT = {
    "LAKE_BUCKET": "lake", "PULLS_TABLE": "pulls", "TOKENS_TABLE": "tokens", "TWITCH_CLIENT_ID": "id",
    "TWITCH_CLIENT_SECRET_PARAMETER": "/rivulet/twitch",
}
HEALTH = b'{"rivulet":"health"}'
#: Seconds that an invocation of a burst keeps its environment from the others.
HOLD = 2
TICK = os.sysconf("SC_CLK_TCK")


def compile_c(source, program):
    subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    return program


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """`rivulet-local up` on a folder of its own."""

    def __init__(self, program, folder):
        ready = folder / "ready"
        with open(folder / "rivulet.log", "wb") as log:
            self.process = subprocess.Popen(
                [program, "up", "--port", "0", "--state", folder / "state", "--ready-file", ready], stdout=log,
                stderr=log)
        while not ready.exists():
            if self.process.poll() is not None:
                raise SystemExit(f"rivulet-local did not start: {(folder / 'rivulet.log').read_text()}")
            time.sleep(0.01)
        self.port = urllib.parse.urlsplit(ready.read_text().strip()).port

    def call(self, method, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Authorization": SIGNATURE, "Content-Type": "application/json"})
        answer = connection.getresponse()
        payload = answer.read()
        connection.close()
        if answer.status >= 300 or answer.getheader("X-Amz-Function-Error"):
            raise SystemExit(f"{method} {path}: {answer.status} {payload[:300]}")
        return payload

    def make(self, name, program, handler="echo", variables=None):
        self.call("POST", "/2015-03-31/functions", json.dumps({
            "FunctionName": name, "Runtime": "provided.al2023", "Handler": handler, "MemorySize": 512,
            "Role": "arn:aws:iam::000000000000:role/bench", "Environment": {"Variables": variables or {}},
            "Code": {"S3Bucket": "_rivulet-local-folder", "S3Key": str(program)}}))

    def invoke(self, name, event=b"{}"):
        return self.call("POST", f"/2015-03-31/functions/{name}/invocations", event)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def load(program, process, port, path, size, count):
    """Invocations per second, p50 and p99 in µs, and the emulator's CPU in µs an invocation."""
    before = cpu_seconds(process)
    done = subprocess.run([program, str(port), path, str(size), str(count)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the load ended with {done.returncode}: {done.stderr}")
    rate, p50, p99 = map(float, done.stdout.split())
    return rate, p50, p99, (cpu_seconds(process) - before) / count * 1e6


def medians(rows):
    return [statistics.median(column) for column in zip(*rows)]


def relay(program, client, bootstrap, size, count):
    """The same load with no emulator between: what the machine itself costs."""
    process = subprocess.Popen([program, bootstrap], stdout=subprocess.PIPE, text=True)
    try:
        return load(client, process, int(process.stdout.readline()), "/", size, count)
    finally:
        process.wait(timeout=10)


def warm(arguments, folder, client, bootstrap):
    between = compile_c(HERE / "relay.c", folder / "relay")
    emulator = Emulator(arguments.build / "rivulet-local", folder)
    emulator.make("echo", bootstrap)
    rie_port = free_port()
    with open(folder / "rie.log", "wb") as log:
        rie = subprocess.Popen(
            [arguments.rie, "--runtime-interface-emulator-address", f"127.0.0.1:{rie_port}",
             "--runtime-api-address", f"127.0.0.1:{free_port()}", bootstrap, "echo"], stdout=log, stderr=log)
    time.sleep(1)
    rows = {"rivulet-local": [], "aws-lambda-rie": [], "a relay in C, the floor": []}
    try:
        for size in arguments.sizes:
            for name in rows:
                rows[name] = []
            for _ in range(arguments.runs):
                rows["rivulet-local"].append(load(
                    client, emulator.process, emulator.port, "/2015-03-31/functions/echo/invocations", size,
                    arguments.count if size < 100_000 else arguments.count // 10))
                rows["aws-lambda-rie"].append(load(
                    client, rie, rie_port, "/2015-03-31/functions/function/invocations", size,
                    arguments.count // 4 if size < 100_000 else arguments.count // 40))
                rows["a relay in C, the floor"].append(relay(
                    between, client, bootstrap, size, arguments.count if size < 100_000 else arguments.count // 10))
            print(f"\nwarm invocations, one connection, C bootstrap, {size} bytes")
            print("| emulator | per second | p50 µs | p99 µs | CPU µs |\n| --- | --- | --- | --- | --- |")
            for name, runs in rows.items():
                rate, p50, p99, cpu = medians(runs)
                print(f"| {name} | {rate:,.0f} | {p50:.0f} | {p99:.0f} | {cpu:.0f} |")
            ratio = medians(rows["rivulet-local"])[0] / medians(rows["aws-lambda-rie"])[0]
            print(f"\n{ratio:.1f} times aws-lambda-rie (goal at small events: 3)")
    finally:
        rie.kill()
        emulator.stop()


def packaged(program, folder):
    """A program as it is deployed: without its symbols, and read from the disk. Of a file that was just written Linux may hold
    large pages, and then maps the whole of one where a process touches a few bytes."""
    stripped = pathlib.Path(tempfile.mkdtemp(dir=folder)) / program.name
    subprocess.run(["strip", "-o", stripped, program], check=True)
    with open(stripped, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return stripped


def cold(arguments, folder, bootstrap):
    emulator = Emulator(arguments.build / "rivulet-local", folder)
    try:
        ours = packaged(arguments.build / "contract-function", folder)
        for name, program, handler, event in [
                ("the pipeline's bootstrap (`extract`, a health event)", packaged(arguments.build / "bootstrap", folder), "extract", HEALTH),
                ("contract-function", ours, "echo", b"{}")]:
            took = []
            for number in range(arguments.runs * 4):
                function = f"cold-{program.name}-{number}"
                emulator.make(function, program, handler, EXTRACT)
                began = time.perf_counter()
                emulator.invoke(function, event)
                took.append((time.perf_counter() - began) * 1000)
            print(f"\ncold invocation of {name}, request to answer: median {statistics.median(took):.1f} ms, "
                  f"worst {max(took):.1f} ms (goal 15)")
        for name, program in [("our runtime client", ours), ("the C bootstrap", bootstrap)]:
            bursts = []
            for number in range(3):
                function = f"burst-{program.name}-{number}"
                emulator.make(function, program, "process")
                with concurrent.futures.ThreadPoolExecutor(100) as pool:
                    began = time.perf_counter()
                    # Each holds its environment until long after the last has come, and says which process it is.
                    processes = set(pool.map(lambda _: emulator.invoke(function, str(HOLD).encode()), range(100)))
                    bursts.append(time.perf_counter() - began - HOLD)
                if len(processes) != 100:
                    raise SystemExit(f"only {len(processes)} environments were started")
            print(f"100 invocations at once of {name}, each in a new environment: median {statistics.median(bursts):.2f} s (goal 1)")
    finally:
        emulator.stop()


def runtime(arguments, folder, server, bootstrap):
    """The runtime client against sockets: no emulator between."""
    programs = {"C, the floor": bootstrap, "contract-function": packaged(arguments.build / "contract-function", folder)}
    if arguments.static:
        programs["contract-function, wholly static"] = packaged(arguments.static, folder)

    def run(program, size, count, *variables):
        done = subprocess.run(
            ["taskset", "-c", "0", server, program, str(size), str(count), *variables], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{program}: {done.returncode} {done.stderr}")
        return [float(word) for word in done.stdout.split()]

    def start(program, *variables):
        """Milliseconds from exec to `next`, and those of processor among them."""
        wall, spent = medians([run(program, 16, 0, *variables) for _ in range(60)])
        return f"{wall / 1000:.2f} ({spent / 1000:.2f})"

    print("\nthe runtime client alone (goals: 1.0 ms, 30,000/s, 15,000/s, 10 MB)")
    print("| bootstrap | exec to `next`, ms (CPU) | 1 KiB /s (p50, p99 µs) | 256 KiB /s | MB after 10,000 |")
    print("| --- | --- | --- | --- | --- |")
    echo = "_HANDLER=echo"
    for name, program in programs.items():
        small = medians([run(program, 1024, 10_000, echo) for _ in range(arguments.runs)])
        large = medians([run(program, 262_144, 3_000, echo) for _ in range(arguments.runs)])
        print(f"| {name} | {start(program, echo)} | {small[1]:,.0f} ({small[2]:.0f}, {small[3]:.0f}) | "
              f"{large[1]:,.0f} | {small[4] / 1024:.1f} |")
    settings = [f"{name}={value}" for name, value in {
        **EXTRACT, "_HANDLER": "extract", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret"}.items()]
    took = start(packaged(arguments.build / "bootstrap", folder), *settings)
    print(f"\nthe pipeline's bootstrap, `extract`: exec to `next`, ms (CPU): {took} (goal 2)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--static", type=pathlib.Path, help="contract-function as one static executable")
    parser.add_argument("--rie", type=pathlib.Path, default=pathlib.Path(sys.executable).parent / "aws-lambda-rie")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 1024])
    parser.add_argument("--only", choices=["warm", "cold", "runtime"])
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rivulet-bench-") as name:
        folder = pathlib.Path(name)
        code = folder / "code"
        code.mkdir()
        bootstrap = compile_c(BOOTSTRAP, code / "bootstrap")
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for part in ["warm", "cold", "runtime"]:
            if arguments.only not in (None, part):
                continue
            place = folder / part
            place.mkdir()
            if part == "warm":
                warm(arguments, place, compile_c(HERE / "load.c", folder / "load"), bootstrap)
            elif part == "cold":
                cold(arguments, place, bootstrap)
            else:
                runtime(arguments, place, compile_c(HERE / "runtime.c", folder / "runtime-api"), bootstrap)


if __name__ == "__main__":
    main()
