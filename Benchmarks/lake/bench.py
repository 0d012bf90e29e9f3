"""The lake's jobs against DuckDB and Polars, one after the other on the same rows.

    bench.py --lake "PATH/rivulet-local lake" [--rows 300,14700,1000000] [--shape days|day|hour] [--cpus 0]
             [--memory-limit MB] [--alone] [--work DIR] [--repeat 3]

Each program is one cold process that makes silver and gold, on two threads. Printed per program: the best wall time of the
repeats, the CPU time and peak memory that went with it, and the ratio to the faster peer. Fails when an answer differs,
when our files are larger than pyarrow's of the same rows, or when we hold more than 256 MB.

The shapes: a day of 14,700 rows and five of a million as they come; `day`, everything in one local date; `hour`, everything
in one hour. `--cpus` is taskset's list. `--memory-limit` runs our job alone in a memory control group of that size, where
the kernel counts the page cache as well.
"""
import argparse
import io
import json
import os
import pathlib
import shutil
import sys
import time

import duckdb


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


MEMORY_LIMIT_MB = 256


def command(name, lake, work, prefix):
    raw, out = work / "raw", work / name
    if name == "rivulet":
        return [*prefix, *lake, "refresh", "--bronze", str(raw), "--silver", str(out / "silver"), "--gold", str(out / "gold")]
    return [*prefix, sys.executable, str(HERE / "peers" / f"{name}_job.py"), str(raw), str(out / "silver"), str(out / "gold")]


def connect():
    """For comparing: rows beyond memory go through a file."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '4GB'; SET temp_directory = '/tmp/rivulet-bench-lake/tmp'")
    return connection


def files(folder):
    return f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"


def columns(connection, folder):
    return sorted((row[0], row[1]) for row in connection.sql(f"DESCRIBE SELECT * FROM {files(folder)}").fetchall())


def digest(connection, folder):
    """A number for the multiset of a table's rows, partition columns included; doubles by their bits."""
    found = columns(connection, folder)
    one = "hash({})".format(", ".join(f'"{column}"' for column, _ in found))
    numbers = connection.sql(f"SELECT count(*), sum({one}::HUGEINT), bit_xor({one}) FROM {files(folder)}").fetchall()
    return found, numbers


def check_answers(work, name):
    """Tables whose bits are the same are equal; the others row by row, doubles to 1e-9."""
    with connect() as connection:
        for table in TABLES:
            ours, theirs = work / "rivulet" / table, work / name / table
            if digest(connection, ours) != digest(connection, theirs):
                check_rows(connection, name, table, ours, theirs)


def partitions(folder):
    return {str(path.parent.relative_to(folder)) for path in folder.glob("**/*.parquet")}


def check_rows(connection, name, table, ours, theirs):
    """One partition after the other, joined by the columns that tell rows apart."""
    if partitions(ours) != partitions(theirs):
        raise SystemExit(f"{name}: other partitions of {table}: {sorted(partitions(ours) ^ partitions(theirs))[:3]}")
    for partition in sorted(partitions(ours)):
        left, right = ours / partition, theirs / partition
        found = columns(connection, left)
        if found != columns(connection, right):
            raise SystemExit(f"{name}: {table}/{partition}: other columns or types")
        if connection.sql(parting(found, left, right)).fetchall() != [(0, 0)]:
            rows = [lakefiles.partitions(folder)["."] for folder in (right, left)]
            keys = [key for key in rows[0][0] if key in KEYS]
            raise SystemExit(f"{name}: {table}/{partition}: {lakefiles.difference(*rows, keys)}")


def parting(found, left, right):
    """SQL for how many rows have no partner or another value, and by how many rows the two differ."""
    keys = " AND ".join(f'a."{column}" = b."{column}"' for column, _ in found if column in KEYS)
    same = [f'abs(a."{column}" - b."{column}") <= 1e-9 * greatest(abs(a."{column}"), abs(b."{column}"))' if kind == "DOUBLE"
            else f'a."{column}" IS NOT DISTINCT FROM b."{column}"' for column, kind in found]
    return (f"SELECT count(*) FILTER (NOT coalesce({' AND '.join(same)}, false)),"
            f" (SELECT count(*) FROM {files(left)}) - (SELECT count(*) FROM {files(right)})"
            f" FROM {files(left)} a FULL JOIN {files(right)} b ON {keys}")


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


def make_bronze(raw, rows, shape):
    copies = 1 if rows <= 1_000_000 else 10
    if shape == "day":
        generate.write(raw, rows, slots=48, start="2026-05-01T03:00:00+00:00", copies=copies)
    elif shape == "hour":
        generate.write(raw, rows, slots=2, start="2026-05-01T12:00:00+00:00", runs_per_slot=2, copies=copies)
    elif rows <= 300:
        generate.write(raw, rows, slots=1, start="2026-05-01T12:30:00+00:00")
    else:
        generate.write(raw, rows, days=1 if rows <= 14_700 else 5 if rows <= 1_000_000 else 30, copies=copies)


class MemoryGroup:
    """A memory control group, of the first version or the second, for whoever may make one."""

    def __init__(self, megabytes):
        root = pathlib.Path("/sys/fs/cgroup")
        first = (root / "memory").is_dir()
        self.folder = (root / "memory" if first else root) / f"rivulet-bench-{os.getpid()}"
        self.peak = self.folder / ("memory.max_usage_in_bytes" if first else "memory.peak")
        self.folder.mkdir()
        (self.folder / ("memory.limit_in_bytes" if first else "memory.max")).write_text(str(megabytes << 20))

    def prefix(self):
        return ["/bin/sh", "-c", f'echo $$ > {self.folder}/cgroup.procs; exec "$@"', "sh"]

    def close(self):
        peak = int(self.peak.read_text()) >> 20
        self.folder.rmdir()
        return peak


def run_limited(lake, work, prefix, megabytes):
    shutil.rmtree(work / "rivulet", ignore_errors=True)
    group = MemoryGroup(megabytes)
    try:
        wall, cpu, peak = SPAWNER.measure(group.prefix() + command("rivulet", lake, work, prefix))
    finally:
        whole = group.close()
    print(f"  under {megabytes} MB  {wall:8.3f} s wall  {cpu:8.3f} s CPU  {peak} MB resident, {whole} MB with the page cache")


def bench(rows, options):
    lake, prefix = options.lake.split(), ["/usr/bin/taskset", "-c", options.cpus] if options.cpus else []
    work = options.work / f"{options.shape}-{rows}"
    if not (work / "raw").exists():
        make_bronze(work / "raw", rows, options.shape)
    best = {}
    for _ in range(options.repeat):
        for name in ("rivulet",) if options.alone else ("rivulet", "duckdb", "polars"):
            shutil.rmtree(work / name, ignore_errors=True)
            result = SPAWNER.measure(command(name, lake, work, prefix))
            best[name] = min(best.get(name, result), result)
    print(f"{rows:,} rows" + (f" in one {options.shape}" if options.shape != "days" else "")
          + (f" on CPU {options.cpus}" if options.cpus else ""))
    peers = [best[name] for name in best if name != "rivulet"] or [best["rivulet"]]
    for name, (wall, cpu, peak) in best.items():
        print(f"  {name:8} {wall:8.3f} s wall ({wall / min(peers)[0]:5.2f})"
              f"  {cpu:8.3f} s CPU ({cpu / min(peer[1] for peer in peers):5.2f})  {peak:5} MB", flush=True)
    if not options.alone and not options.skip_answers:
        for name in ("duckdb", "polars"):
            check_answers(work, name)
        print("  the three agree on every row")
    check_sizes(work)
    if options.memory_limit:
        run_limited(lake, work, prefix, options.memory_limit)
    if best["rivulet"][2] > MEMORY_LIMIT_MB:
        raise SystemExit(f"rivulet holds {best['rivulet'][2]} MB, more than {MEMORY_LIMIT_MB}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="the lake command with its path")
    parser.add_argument("--rows", default="300,14700,1000000")
    parser.add_argument("--shape", choices=["days", "day", "hour"], default="days")
    parser.add_argument("--cpus", help="run every program on these CPUs, as taskset -c takes them")
    parser.add_argument("--memory-limit", type=int, help="MB of a memory control group, for one more run of ours")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/rivulet-bench-lake"))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-answers", action="store_true", help="do not compare rows")
    options = parser.parse_args()
    for size in options.rows.split(","):
        bench(int(size), options)
