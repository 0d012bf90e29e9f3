"""S3 over HTTP, measured: objects of 1 MiB put and read at 16 connections, small ones, and one of 5 GiB.

    bench.py --build .build/package/release [--runs 3] [--seconds 2] [--peer moto=PATH/moto_server] [--endpoint URL]
             [--large 5368709120]
"""
import argparse
import http.client
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "load"))
from subjects import Load, Subject, add_arguments, machine, starters  # noqa: E402

SIGNATURE = ("AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request, SignedHeaders=host, "
             f"Signature={'0' * 64}")
SIZES = [("1 MiB", 1 << 20), ("1 KiB", 1 << 10)]
#: Objects that lie in the bucket at once: no more is written than disks have room for.
KEYS = 200


def head(subject, method, path):
    return (f"{method} {path} HTTP/1.1\r\nHost: {subject.host}\r\nAuthorization: {SIGNATURE}\r\n"
            "X-Amz-Date: 20260301T000000Z\r\nX-Amz-Content-SHA256: UNSIGNED-PAYLOAD\r\n").encode()


def call(subject, method, path, body=b"", headers=None):
    connection = http.client.HTTPConnection(subject.host, timeout=600)
    connection.request(method, path, body, {
        "Authorization": SIGNATURE, "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path} was refused: {answer.status} {body[:300]}")
    connection.close()
    return answer, body


def make_bucket(subject):
    name = f"bench-{uuid.uuid4().hex[:12]}"
    call(subject, "PUT", f"/{name}")
    return name


def measure(load, subject, seconds, runs):
    bucket, results = make_bucket(subject), {}
    for title, size in SIZES:
        def run(method, count):
            requests = ((head(subject, method, f"/{bucket}/{size}/{number % KEYS}"), size if method == "PUT" else 0)
                        for number in range(count))
            result = load.run(subject, requests)
            moved = result["sent_bytes"] if method == "PUT" else result["received_bytes"]
            if moved < count * size:
                raise SystemExit(f"{subject.name}: {moved} bytes moved for {count} objects of {size}")
            return {**result, "mib_per_second": moved / result["seconds"] / (1 << 20)}

        run("PUT", KEYS)
        counts = {method: max(32, int(run(method, 64)["requests_per_second"] * seconds)) for method in ("PUT", "GET")}
        found = {method: [] for method in counts}
        for _ in range(runs):
            for method, count in counts.items():
                found[method].append(run(method, count))
        for method in counts:
            results[f"{method} {title}"] = {
                name: statistics.median(run[name] for run in found[method]) for name in found[method][0]}
        _, body = call(subject, "GET", f"/{bucket}/{size}/0")
        if body != b"x" * size:
            raise SystemExit(f"{subject.name}: an object came back changed")
    return results


def report(subject, results):
    print(f"\n{subject.name}")
    print(f"  {'':12}{'requests/s':>12}{'MiB/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'server CPU µs/request':>24}")
    for title, row in results.items():
        cpu = f"{row['cpu_us_per_request']:.0f}" if subject.process else "-"
        print(f"  {title:12}{row['requests_per_second']:>12,.0f}{row['mib_per_second']:>10,.1f}{row['p50_ms']:>9.2f}"
              f"{row['p99_ms']:>9.2f}{cpu:>24}")


class Peak(threading.Thread):
    """The most memory that a process holds while this runs."""

    def __init__(self, subject):
        super().__init__(daemon=True)
        self.subject, self.most, self.ends = subject, 0.0, threading.Event()

    def run(self):
        while not self.ends.wait(0.02):
            self.most = max(self.most, self.subject.memory_mib("RssAnon"))

    def end(self):
        self.ends.set()
        self.join()
        return self.most


def measure_large(build, size):
    """One object in one request, then read; what the process holds of its own meanwhile."""
    subject = Subject.rivulet(build)
    bucket = make_bucket(subject)
    call(subject, "PUT", f"/{bucket}/small", b"x")
    before = subject.memory_mib("RssAnon")
    for method in ("PUT", "GET"):
        peak, began = Peak(subject), time.perf_counter()
        peak.start()
        connection = http.client.HTTPConnection(subject.host, timeout=3600)
        headers = {"Authorization": SIGNATURE, "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
        piece, moved = b"x" * (1 << 20), 0
        if method == "PUT":
            body = (piece[:min(len(piece), size - offset)] for offset in range(0, size, len(piece)))
            connection.request(method, f"/{bucket}/large", body, {**headers, "Content-Length": str(size)})
            answer, moved = connection.getresponse(), size
            answer.read()
        else:
            connection.request(method, f"/{bucket}/large", headers=headers)
            answer = connection.getresponse()
            while piece := answer.read(1 << 20):
                moved += len(piece)
        took, most = time.perf_counter() - began, peak.end()
        if answer.status != 200 or moved != size:
            raise SystemExit(f"{method}: status {answer.status}, {moved} of {size} bytes")
        print(f"  {method} of {size / (1 << 30):.1f} GiB: {size / took / (1 << 20):,.0f} MiB/s; anonymous memory "
              f"{before:.0f} MiB before, {most:.0f} MiB at most")
    subject.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--large", type=int, default=0, help="bytes of one large object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = Load(folder)
        print(machine(arguments.runs))
        for start in starters(arguments):
            subject = start()
            try:
                report(subject, measure(load, subject, arguments.seconds, arguments.runs))
            finally:
                subject.stop()
        if arguments.large:
            print()
            measure_large(arguments.build, arguments.large)


if __name__ == "__main__":
    main()
