"""Bronze that is as dirty as LAKE_SPEC allows: every odd case that it names, and their neighbours, in one lake.

What `dirty.py` draws at random is here placed on purpose: instants at the edges of slots, hours, local days, years and
leap days; ties of rankings; the same stream in several runs, spellings and files; bytes that are no UTF-8; texts of many
kilobytes; runs without rows, hours in which every row is refused; columns too many, too few and in another order.
"""
import datetime
import pathlib
import random

import pyarrow
import pyarrow.parquet
from generate import (GAMES, LANGUAGES, NON_GAMES, ODD_GAMES, ODD_IDS, ODD_LANGUAGES, ODD_NAMES, ODD_STARTS, ODD_TAGS,
                      ODD_TYPES, SCHEMA, SPICE)

TEXTS = [field.name for field in SCHEMA if field.type == pyarrow.string()]
# Bytes that are no UTF-8: cut short, surrogates, overlong, beyond Unicode, beside bytes that are trimmed.
NO_UTF8 = [b"\xff", b" \xc3 ", b"caf\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\x80\n", b"A\xfeZ"]
LONG = [b"x" * 300_000, b" " * 70_000, "é".encode() * 40_000, b"\t" + b"7" * 5000]
EDGES = [
    "2026-05-01T00:00:00.000", "2026-05-01T00:29:59.999", "2026-05-01T00:30:00.000", "2026-05-01T00:59:59.999",
    # Midnight in Brasilia, and the quarter hours of periods.
    "2026-05-01T02:59:59.999", "2026-05-01T03:00:00.000", "2026-05-01T08:59:59.999", "2026-05-01T09:00:00.000",
    "2026-05-01T14:59:59.999", "2026-05-01T15:00:00.000", "2026-05-01T20:59:59.999", "2026-05-01T21:00:00.000",
    # Brazil's last summer time began on 4 November 2018 and ended on 17 February 2019; the offset stays.
    "2018-11-04T02:30:00.000", "2018-11-04T03:00:00.000", "2018-11-04T03:30:00.001", "2019-02-17T01:59:59.999",
    "2019-02-17T02:00:00.000", "2019-02-17T03:00:00.000",
    "2025-12-31T23:59:59.999", "2026-01-01T00:00:00.000", "2026-01-01T02:59:59.000", "2026-01-01T03:00:00.000",
    "2028-02-28T23:30:00.000", "2028-02-29T00:00:00.000", "2028-02-29T23:59:59.999", "2028-03-01T02:59:59.999",
    # The day that Twitch opened, and instants before the epoch, at which every start lies in the future.
    "2011-06-06T00:00:00.000", "2011-06-06T00:29:00.000", "1969-12-31T23:59:59.999", "1970-01-01T00:00:00.000",
]


def raw(text):
    return text.encode() if isinstance(text, str) else text


def text_array(values):
    """A string column of any bytes."""
    array = pyarrow.array([raw(value) for value in values], pyarrow.binary())
    return pyarrow.StringArray.from_buffers(len(array), *array.buffers()[1:], array.buffers()[0], array.null_count)


def tag_array(rows):
    flat = [tag for row in rows if row is not None for tag in row]
    offsets, place = [], 0
    for row in rows:
        offsets.append(None if row is None else place)
        place += len(row or [])
    kind = SCHEMA.field("tags").type
    return pyarrow.ListArray.from_arrays(pyarrow.array([*offsets, place], pyarrow.int32()), text_array(flat), type=kind)


def stamp(instant):
    """As Helix writes it, to the microsecond."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Adversary:
    def __init__(self, seed, has_bad_bytes=True):
        self.random = random.Random(seed)
        spice = SPICE + ODD_NAMES + (NO_UTF8 if has_bad_bytes else [])
        self.names = [f"{a}Name{n}{b}" for n in range(30) for a in ("", " ", "É") for b in ("", "\r\n", "e\u0301")] * 4 + spice
        self.titles = ["", None, " t ", *spice, *LONG, *(f"title {n}" for n in range(400))]
        self.games = (NON_GAMES + GAMES + [name.upper() for name in NON_GAMES]) * 3 + ODD_GAMES + [
            "pools, hot tubs", "Pools, Hot Tubs, and Beaches\t", "ﬁtness & health", *(NO_UTF8 if has_bad_bytes else [])]
        self.languages = LANGUAGES * 6 + ODD_LANGUAGES + ["PT-BR", "\tzh-HK\r", *(NO_UTF8[:2] if has_bad_bytes else [])]
        self.tags = ODD_TAGS * 4 + [["a"] * 500, [None] * 20, ["\t", "\n", " x\u00a0"], ["", " ", None, "e\u0301", "é"]] + (
            [NO_UTF8, [LONG[0], None]] if has_bad_bytes else [])

    def spelled(self, number):
        return self.random.choice(["{}", "{}", "{}", " {}", "{} ", "0{}", "\t{}\n", "00{}\r\n"]).format(number)

    def starts(self, collected):
        """Around every bound that a start has against the run's instant."""
        bounds = [0, 1_000_000, 60_000_000, 1_799_000_000, 1_800_000_000, 3_600_000_000, 86_400_000_000]
        found = [collected - datetime.timedelta(microseconds=bound + step) for bound in bounds for step in (-1, 0, 1)]
        found += [collected + datetime.timedelta(microseconds=300_000_000 + step) for step in (-1_000_001, -1, 0, 1, 10**6)]
        texts = [stamp(start) for start in found]
        # Fractions of one to nine digits, cut below the microsecond.
        texts += [texts[n][:19] + "." + "9" * n + "Z" for n in range(1, 10)] + [text[:19] + "Z" for text in texts[:12]]
        return texts * 4 + ODD_STARTS

    def row(self, collected, starts, streams):
        r = self.random
        stream = r.randrange(1, streams)
        return {
            "id": r.choice(ODD_IDS) if r.random() < 0.04 else self.spelled(stream),
            "user_id": r.choice(ODD_IDS) if r.random() < 0.03 else self.spelled(1 + stream % 97),
            "user_login": r.choice(self.names), "user_name": r.choice(self.names),
            "game_id": r.choice(ODD_IDS) if r.random() < 0.2 else self.spelled(stream % 40), "game_name": r.choice(self.games),
            "type": r.choice(ODD_TYPES) if r.random() < 0.05 else r.choice(["live", "live", " LIVE\n", "Live"]),
            "title": r.choice(self.titles) if r.random() < 0.98 else r.choice(LONG), "started_at": r.choice(starts),
            # Few values, so that games and streamers tie.
            "viewer_count": r.choice([None, -1, 0, 9, 2**40, 10001, 100000, 100001]) if r.random() < 0.05 else
            r.choice([10, 10, 100, 101, 1000, 1001]),
            "language": r.choice(self.languages), "thumbnail_url": r.choice([None, "", "u"]),
            "tag_ids": r.choice(ODD_TAGS), "tags": r.choice(self.tags), "is_mature": r.choice([None, True, False]),
            "stream_minutes": r.choice([None, 0, -7, 2**40])}

    def run(self, collected, run_id, count, streams):
        starts = self.starts(collected)
        rows = [self.row(collected, starts, streams) for _ in range(count)]
        numbers = list(range(count))
        self.random.shuffle(numbers)
        return table(rows, collected, run_id, numbers)


def table(rows, collected, run_id, numbers):
    columns = {}
    for field in SCHEMA:
        values = [row.get(field.name) for row in rows]
        if field.name in ("tags", "tag_ids"):
            columns[field.name] = tag_array(values)
        elif field.name in TEXTS and field.name != "run_id":
            columns[field.name] = text_array(values)
        elif field.name not in ("collected_at", "run_id", "row_no"):
            columns[field.name] = pyarrow.array(values, field.type)
    columns["collected_at"] = pyarrow.array([collected] * len(rows), SCHEMA.field("collected_at").type)
    columns["run_id"] = pyarrow.array([run_id] * len(rows), pyarrow.string())
    columns["row_no"] = pyarrow.array(numbers, pyarrow.int32())
    return pyarrow.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def shapes(part, turn):
    """The same rows in a file of another shape, and what its missing columns leave out."""
    if turn == 1:
        part = part.select(list(reversed(part.column_names)))
    elif turn == 2:
        part = part.append_column("more", pyarrow.array([1.5] * len(part))).drop_columns(["tag_ids", "stream_minutes"])
    elif turn == 3:
        part = part.drop_columns(["tags", "is_mature", "thumbnail_url"])
    return part


def put(out, part, collected, name, **options):
    folder = pathlib.Path(out) / f"dt={collected:%Y-%m-%d}" / f"hour={collected:%H}"
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(part, folder / f"streams_{name}.parquet", **options)


def write(out, rows, seed=1, has_bad_bytes=True, has_other_shapes=True):
    """Fills OUT, and gives the number of rows: two runs at each edge, one of them with an id that sorts after the other
    by bytes and before it by letters, and a third a moment later in half of the slots."""
    adversary = Adversary(seed, has_bad_bytes)
    written, per_run = 0, max(20, rows // (len(EDGES) * 5 // 2))
    for number, edge in enumerate(EDGES):
        collected = datetime.datetime.fromisoformat(edge).replace(tzinfo=datetime.timezone.utc)
        runs = [(collected, f"Z-{number}"), (collected, f"é-{number}")]
        if number % 2 == 0:
            later = collected + datetime.timedelta(milliseconds=1)
            runs.append((later, f"a-{number}") if later.hour == collected.hour else (collected, f"~-{number}"))
        for turn, (instant, run_id) in enumerate(runs):
            part = adversary.run(instant, run_id, per_run, streams=max(30, per_run // 3))
            options = {}
            if has_other_shapes:
                part = shapes(part, (number + turn) % 4)
                options = {"row_group_size": max(7, per_run // (1 + number % 3)), "data_page_version": f"{1 + turn % 2}.0",
                           "compression": ["snappy", "zstd", "gzip"][(number + turn) % 3]}
            put(out, part, instant, run_id, **options)
            written += per_run
    return written + special(out)


def special(out):
    """Hours that are odd as a whole."""
    def at(text):
        return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)

    good = {"user_login": "ana", "user_name": "Ana", "type": "live", "title": "t", "viewer_count": 100, "language": "pt",
            "game_id": "5", "game_name": "Chess", "started_at": "2026-06-01T00:00:00Z"}
    # A run without rows beside none, and an hour in which every row is refused.
    put(out, table([], at("2026-06-01T10:00:00"), "empty", []), at("2026-06-01T10:00:00"), "empty")
    refused = [{**good, "id": str(n), "user_id": "1", "type": "rerun"} for n in range(5)]
    put(out, table(refused, at("2026-06-01T11:00:00"), "refused", list(range(5))), at("2026-06-01T11:00:00"), "refused")
    # Twelve streamers and twelve games of equal watch time: names decide by bytes, then ids. One date without any.
    names = ["B", "a", "Á", "e\u0301", "é", "Z", "z", "b", "AA", "A", "ZZ", "A"]
    tied = [{**good, "id": str(100 + n), "user_id": str(900 - n), "game_id": str(50 - n), "game_name": name}
            for n, name in enumerate(names)]
    put(out, table(tied, at("2026-06-02T12:00:00"), "ties", list(range(len(tied)))), at("2026-06-02T12:00:00"), "ties")
    fresh = [{**good, "id": str(n), "user_id": str(n), "started_at": "2026-06-03T12:00:00.999999Z"} for n in range(1, 40)]
    put(out, table(fresh, at("2026-06-03T12:00:00"), "fresh", list(range(len(fresh)))), at("2026-06-03T12:00:00"), "fresh")
    # One run as two files.
    half = [{**good, "id": str(n % 7 + 1), "user_id": "1", "viewer_count": 10 + n} for n in range(40)]
    put(out, table(half[:25], at("2026-06-04T12:00:00"), "torn", list(range(25))), at("2026-06-04T12:00:00"), "torn")
    put(out, table(half[25:], at("2026-06-04T12:00:00"), "torn", list(range(25, 40))), at("2026-06-04T12:00:00"), "torn-2")
    return 5 + len(tied) + len(fresh) + 40
