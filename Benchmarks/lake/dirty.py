"""Bronze in which every field of every row is drawn on its own from what is odd and what is not.

    dirty.py OUT --rows 1000000 [--seed 1]

`generate.py` spoils a twentieth of a world that looks like Twitch; here nothing looks like anything: ids come in several
spellings, streams change hands and categories, runs of one instant meet in one slot, and rules fire together.
"""
import argparse
import datetime
import pathlib
import random

import pyarrow
import pyarrow.parquet

import generate
from generate import (GAMES, LANGUAGES, NON_GAMES, ODD_GAMES, ODD_IDS, ODD_LANGUAGES, ODD_NAMES, ODD_STARTS, ODD_TAGS,
                      ODD_TYPES, ODD_VIEWERS, SPICE)

START = datetime.datetime(2026, 5, 1, 1, 0, tzinfo=generate.UTC)
HOURS = 6


def spelled(number, r):
    """An id as nobody should write it."""
    return r.choice(["{}", "{}", "{}", " {}", "{} ", "0{}", "\t{}\n", "00{}\r\n"]).format(number)


class Pools:
    """Values to draw from; drawing an index a row is quick where making a value a row is not."""

    def __init__(self, seed, rows):
        r = self.random = random.Random(seed)
        ids = [spelled(r.randrange(1, max(2, rows // 20)), r) for _ in range(max(100, rows // 10))]
        users = [spelled(r.randrange(1, max(2, rows // 200)), r) for _ in range(max(100, rows // 40))]
        names = [f"{a}Name{n}{b}" for n in range(40) for a in ("", " ", "É") for b in ("", "\t", "é")] + SPICE
        games = NON_GAMES + GAMES + [name.upper() for name in NON_GAMES] + [f" {name}\n" for name in GAMES] + ODD_GAMES
        self.text = {
            "id": ids * 4 + ODD_IDS * (1 + len(ids) // 100), "user_id": users * 4 + ODD_IDS * (1 + len(users) // 100), "user_login": names * 3 + ODD_NAMES,
            "user_name": names * 3 + ODD_NAMES, "game_id": [str(n) for n in range(50)] * 3 + ODD_IDS, "game_name": games,
            "type": ["live"] * 60 + ODD_TYPES, "title": [f" title {n}\r\n" for n in range(300)] + names + [None, "", "\ufeff"],
            "language": LANGUAGES * 4 + ODD_LANGUAGES, "thumbnail_url": [None, "", "https://x/y.jpg"]}
        self.viewers = [r.randrange(0, 200_000) for _ in range(200)] + list(range(0, 200)) + ODD_VIEWERS
        self.tags = ODD_TAGS + [[r.choice(generate.TAG_WORDS + [None, " ", "\tx "]) for _ in range(r.randrange(8))]
                                for _ in range(200)]

    def drawn(self, values, kind, count):
        pool = pyarrow.array(values, kind)
        return pool.take(pyarrow.array([self.random.randrange(len(values)) for _ in range(count)]))

    def starts(self, collected):
        near = [collected + datetime.timedelta(microseconds=self.random.randrange(-4_000_000_000, 400_000_000))
                for _ in range(200)]
        near += [collected + datetime.timedelta(microseconds=300_000_000 + step) for step in (-1, 0, 1)]
        texts = [when.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for when in near]
        texts += [text[:19] + "Z" for text in texts] + [text[:-2] + "Z" for text in texts[:50]]
        return texts + ODD_STARTS


def run(pools, collected, run_id, count):
    columns = {name: pools.drawn(values, pyarrow.string(), count) for name, values in pools.text.items()}
    columns["viewer_count"] = pools.drawn(pools.viewers, pyarrow.int64(), count)
    columns["started_at"] = pools.drawn(pools.starts(collected), pyarrow.string(), count)
    columns["tag_ids"] = pools.drawn(ODD_TAGS, generate.TAGS, count)
    columns["tags"] = pools.drawn(pools.tags, generate.TAGS, count)
    columns["is_mature"] = pools.drawn([None, True, False, False], pyarrow.bool_(), count)
    columns["stream_minutes"] = pools.drawn([None, 0, 5], pyarrow.int64(), count)
    columns["collected_at"] = pyarrow.array([collected] * count, generate.SCHEMA.field("collected_at").type)
    columns["run_id"] = pyarrow.array([run_id] * count)
    columns["row_no"] = pyarrow.array(range(count), pyarrow.int32())
    return pyarrow.table({name: columns[name] for name in generate.SCHEMA.names}, schema=generate.SCHEMA)


def write(out, rows, seed=1):
    """Three runs a slot over six hours on both sides of local midnight; two of them at the same instant."""
    pools = Pools(seed, rows)
    per_run = max(1, rows // (HOURS * 2 * 3))
    for slot in range(HOURS * 2):
        start = START + datetime.timedelta(minutes=30 * slot)
        instants = [start + datetime.timedelta(milliseconds=at) for at in (0, 0, pools.random.choice([1, 1_799_999]))]
        for name, collected in zip(pools.random.sample(["Z", "a", "é", "ab", "A", "~"], 3), instants):
            folder = pathlib.Path(out) / f"dt={collected:%Y-%m-%d}" / f"hour={collected:%H}"
            folder.mkdir(parents=True, exist_ok=True)
            run_id = f"{name}-{slot}"
            pyarrow.parquet.write_table(run(pools, collected, run_id, per_run), folder / f"streams_{run_id}.parquet")
    return per_run * HOURS * 2 * 3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(write(options.out, options.rows, options.seed))
