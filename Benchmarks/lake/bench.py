"""The lake's jobs against DuckDB and Polars, one after the other on the same rows.

    bench.py --lake "PATH/rivulet-local lake" [--rows 300,14700,1000000] [--work DIR] [--repeat 3]

Each program is one cold process that makes silver and gold, on two threads.
Printed per program: the best wall time of the repeats, the CPU time and peak memory that went with it, and the ratio to
the fastest peer. Fails when an answer differs from ours, or when our files are larger than pyarrow's of the same rows.
"""
import argparse
import io
import json
import os
import pathlib
import shutil
import sys
import time


class Spawner:
    """Runs commands from a process that was forked while this one was small: a child's peak memory begins with that of
    the process that it was forked from."""

    def __init__(self):
        (self.answers, there), (here, self.requests) = os.pipe(), os.pipe()
        if os.fork() == 0:
            os.close(self.requests)
            self.serve(os.fdopen(here), there)
            os._exit(0)
        os.close(here)
        self.answers, self.requests = os.fdopen(self.answers), os.fdopen(self.requests, "w")

    def serve(self, requests, answers):
        for line in requests:
            command = json.loads(line)
            start = time.perf_counter()
            child = os.posix_spawn(command[0], command, os.environ,
                                   file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
            _, status, usage = os.wait4(child, 0)
            wall = time.perf_counter() - start
            answer = [status, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024]
            os.write(answers, json.dumps(answer).encode() + b"\n")

    def measure(self, command):
        """Wall and CPU seconds, and the peak memory in MB."""
        self.requests.write(json.dumps(command) + "\n")
        self.requests.flush()
        status, *measured = json.loads(self.answers.readline())
        if status != 0:
            raise SystemExit(f"failed: {' '.join(command)}")
        return tuple(measured)


SPAWNER = Spawner()
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Tests" / "ContractTests" / "lake")]

import generate  # noqa: E402
import lakefiles  # noqa: E402
import pyarrow.parquet  # noqa: E402

KEYS = {"posicao", "id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo", "periodo_dia", "idioma", "hora_local",
        "faixa_espectadores", "id_stream", "slot_coleta", "run_id", "row_no"}
TABLES = ["silver/streams", "silver/quarentena", "silver/execucoes", "gold/fato_streams", "gold/top_jogos",
          "gold/top_streamers", "gold/participacao_idioma", "gold/tendencia_horaria", "gold/faixa_popularidade"]


def command(name, lake, work):
    raw, out = work / "raw", work / name
    if name == "rivulet":
        return [*lake, "refresh", "--bronze", str(raw), "--silver", str(out / "silver"), "--gold", str(out / "gold")]
    return [sys.executable, str(HERE / "peers" / f"{name}_job.py"), str(raw), str(out / "silver"), str(out / "gold")]


def check_answers(work, name):
    for table in TABLES:
        ours, theirs = (lakefiles.partitions(work / who / table) for who in ("rivulet", name))
        if set(ours) != set(theirs):
            raise SystemExit(f"{name}: other partitions of {table}: {sorted(set(ours) ^ set(theirs))[:3]}")
        for partition, rows in ours.items():
            difference = lakefiles.difference(theirs[partition], rows, [key for key in rows[0] if key in KEYS])
            if difference:
                raise SystemExit(f"{name}: {table}/{partition}: {difference}")


def check_sizes(work):
    ours = theirs = 0
    for path in (work / "rivulet").glob("**/*.parquet"):
        buffer = io.BytesIO()
        table = pyarrow.parquet.ParquetFile(path).read().replace_schema_metadata()
        pyarrow.parquet.write_table(table, buffer, compression="snappy", store_schema=False)
        ours, theirs = ours + path.stat().st_size, theirs + buffer.tell()
    print(f"  bytes {ours:,}, pyarrow's writer {theirs:,}: {ours / theirs:.2f}")
    if ours > theirs:
        raise SystemExit("our files are larger than pyarrow's")


def bench(rows, lake, work, repeat, skip_answers):
    work = work / str(rows)
    if not (work / "raw").exists():
        generate.write(work / "raw", rows, days=1 if rows <= 14_700 else 5 if rows <= 1_000_000 else 30,
                       **({"start": "2026-05-01T12:30:00+00:00", "slots": 1} if rows <= 300 else {}))
    best = {}
    for _ in range(repeat):
        for name in ("rivulet", "duckdb", "polars"):
            shutil.rmtree(work / name, ignore_errors=True)
            result = SPAWNER.measure(command(name, lake, work))
            best[name] = min(best.get(name, result), result)
    fastest = min(best["duckdb"][0], best["polars"][0])
    thrift = min(best["duckdb"][1], best["polars"][1])
    print(f"{rows:,} rows")
    for name, (wall, cpu, peak) in best.items():
        print(f"  {name:8} {wall:8.3f} s wall ({wall / fastest:5.2f})  {cpu:8.3f} s CPU ({cpu / thrift:5.2f})  {peak:5} MB")
    if not skip_answers:
        for name in ("duckdb", "polars"):
            check_answers(work, name)
        print("  the three agree on every row")
    check_sizes(work)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="the lake command with its path")
    parser.add_argument("--rows", default="300,14700,1000000")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/rivulet-bench-lake"))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-answers", action="store_true", help="do not compare rows (minutes for millions)")
    options = parser.parse_args()
    for size in options.rows.split(","):
        bench(int(size), options.lake.split(), options.work, options.repeat, options.skip_answers)
