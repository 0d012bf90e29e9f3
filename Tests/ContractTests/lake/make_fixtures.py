"""Makes Tests/LakeTests/Fixtures: small files of other writers, for the tests that damage files.

    make_fixtures.py

The files are kept, so that a new version of a writer does not change what is tested; run it to add another.
"""
import datetime
import pathlib

import duckdb
import polars
import pyarrow
import pyarrow.parquet

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "LakeTests" / "Fixtures"
ROWS = 60


def table():
    start = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.timezone.utc)
    return pyarrow.table({
        "id": [None if n % 7 == 0 else str(n // 3) for n in range(ROWS)],
        "title": [f"título {n * n}" for n in range(ROWS)],
        "viewer_count": pyarrow.array([None if n % 5 == 0 else n % 9 for n in range(ROWS)], pyarrow.int64()),
        "tags": pyarrow.array([None if n % 6 == 0 else [None if t == 1 else f"t{t}" for t in range(n % 5)]
                               for n in range(ROWS)], pyarrow.list_(pyarrow.field("element", pyarrow.string()))),
        "is_mature": [None if n % 4 == 0 else n % 3 == 0 for n in range(ROWS)],
        "share": [n / 7 for n in range(ROWS)],
        "collected_at": pyarrow.array([start + datetime.timedelta(seconds=n) for n in range(ROWS)],
                                      pyarrow.timestamp("us", "UTC")),
        "day": pyarrow.array([n // 20 for n in range(ROWS)], pyarrow.date32()),
        "row_no": pyarrow.array(range(ROWS), pyarrow.int32())})


PAGES = {"data_page_size": 64, "write_batch_size": 8}
PYARROW = {
    "pages_v2_gzip": {"data_page_version": "2.0", "compression": "gzip", **PAGES},
    "pages_v2_uncompressed": {"data_page_version": "2.0", "compression": "none", "use_dictionary": False, **PAGES},
    "pages_v2_snappy_groups": {"data_page_version": "2.0", "row_group_size": 25, **PAGES},
    "format_1_int96": {"version": "1.0", "use_deprecated_int96_timestamps": True, **PAGES},
    "milliseconds_zstd": {"coerce_timestamps": "ms", "compression": "zstd"},
    "dictionary_falls_back": {"dictionary_pagesize_limit": 60, **PAGES},
    "run_length_booleans": {"use_dictionary": False, "column_encoding": {"is_mature": "RLE"}, "compression": "none"},
    "plain_gzip": {"use_dictionary": False, "compression": "gzip", "use_compliant_nested_type": False},
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    rows = table()
    for name, options in PYARROW.items():
        pyarrow.parquet.write_table(rows, FOLDER / f"pyarrow_{name}.parquet", store_schema=False, **options)
    for version in ("v1", "v2"):
        duckdb.sql(f"COPY rows TO '{FOLDER}/duckdb_{version}.parquet' (FORMAT parquet, PARQUET_VERSION {version})")
    polars.from_arrow(rows).write_parquet(FOLDER / "polars_lz4_refused.parquet", compression="lz4")
    polars.from_arrow(rows).write_parquet(FOLDER / "polars_zstd.parquet", compression="zstd", data_page_size=64)
