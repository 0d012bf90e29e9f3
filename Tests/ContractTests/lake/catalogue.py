"""The lake's generated SQL on real engines, and what it should give: the files' rows, by pyarrow."""
import datetime
import io
import json
import pathlib

import chdb.session
import duckdb
import lakefiles
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLES = json.loads((ROOT / "terraform" / "generated" / "glue_tables.json").read_text())
VIEWS = {"silver_streams": "stream_snapshots", "silver_quarentena": "quarantine", "silver_execucoes": "runs",
         "gold_fato_streams": "stream_facts", "gold_top_jogos": "top_games", "gold_top_streamers": "top_streamers",
         "gold_participacao_idioma": "language_shares", "gold_tendencia_horaria": "hourly_trend",
         "gold_faixa_popularidade": "viewer_bands"}


def statements(script):
    """The script's statements; none of ours has a semicolon at a line's end within a text."""
    return [part for part in script.split(";\n") if part.strip()]


class Duck:
    """DuckDB with a script run."""

    name = "duckdb"

    def __init__(self, script):
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute(script)

    def table(self, query):
        return self.connection.sql(query).to_arrow_table()


class ClickHouse:
    """ClickHouse's embedded engine, of which a process can have one, with a script run in a database of its own."""

    name = "clickhouse"
    session = None
    count = 0

    def __init__(self, script):
        if ClickHouse.session is None:
            ClickHouse.session = chdb.session.Session()
        ClickHouse.count += 1
        self.database = f"lake{ClickHouse.count}"
        ClickHouse.session.query(f"CREATE DATABASE {self.database}")
        for statement in statements(script):
            self.run(statement)

    def run(self, statement, form="CSV"):
        ClickHouse.session.query(f"USE {self.database}")
        return ClickHouse.session.query(statement, form)

    def table(self, query):
        return pyarrow.parquet.read_table(io.BytesIO(self.run(query, "Parquet").bytes()))


ENGINES = {engine.name: engine for engine in (Duck, ClickHouse)}


def script(lake, format):
    return lake.run("contract", "--format", format, "--lake", lake.folder).stdout


def rows(table):
    """The table's rows as dictionaries, in the plain values of `lakefiles`."""
    columns = {name: lakefiles.cell(table.column(name).combine_chunks()) for name in table.column_names}
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


def expected(lake, name):
    """The rows of a table's files, partition columns behind: dates as days, the hour as text."""
    made = []
    for partition, partition_rows in lakefiles.partitions(lake.folder / TABLES[name]["folder"]).items():
        keys = dict(part.split("=") for part in partition.split("/"))
        values = {key: text.encode() if key == "hour" else days(text) for key, text in keys.items()}
        made += [{**row, **values} for row in partition_rows]
    return made


def days(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def ordered(table_rows):
    """Rows as tuples in an order that does not depend on the engine's."""
    return sorted((tuple(row.values()) for row in table_rows), key=repr)


def without_null_lists(table_rows, name):
    """As ClickHouse has the rows of table `name`: a list is never null there."""
    lists = {column["name"] for column in TABLES[name]["columns"] if column["type"].startswith("array")}
    return [{column: [] if value is None and column in lists else value for column, value in row.items()}
            for row in table_rows]
