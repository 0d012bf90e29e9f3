"""Dirty bronze, the same for the same seed.

    generate.py OUT --rows 1000000 [--seed 1] [--days 5] [--runs-per-slot 1] [--copies 1] [--clean]

Writes OUT/dt=.../hour=.../streams_<run_id>.parquet as LAKE_SPEC 1 lays them out. A world of streams lives on from slot
to slot, so ids repeat as they do on Twitch; a share of rows is broken in every way that the rules of LAKE_SPEC 2.3 know,
and texts carry what Unicode makes hard. Several runs may fall into one slot (retries), and a run may list a stream twice.
Many millions of rows come sooner from --copies: each run holds its streams so many times, under other ids and names.
"""
import argparse
import datetime
import pathlib
import random

import pyarrow
import pyarrow.compute
import pyarrow.parquet

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)

TAGS = pyarrow.list_(pyarrow.field("element", pyarrow.string()))
SCHEMA = pyarrow.schema(
    [pyarrow.field(name, pyarrow.string()) for name in
     ("id", "user_id", "user_login", "user_name", "game_id", "game_name", "type", "title")]
    + [pyarrow.field("viewer_count", pyarrow.int64())]
    + [pyarrow.field(name, pyarrow.string()) for name in ("started_at", "language", "thumbnail_url")]
    + [pyarrow.field("tag_ids", TAGS), pyarrow.field("tags", TAGS), pyarrow.field("is_mature", pyarrow.bool_()),
       pyarrow.field("collected_at", pyarrow.timestamp("us", "UTC"), nullable=False),
       pyarrow.field("stream_minutes", pyarrow.int64()),
       pyarrow.field("run_id", pyarrow.string(), nullable=False),
       pyarrow.field("row_no", pyarrow.int32(), nullable=False)])

NON_GAMES = ["Just Chatting", "IRL", "Music", "Art", "ASMR", "Talk Shows & Podcasts", "Special Events", "Sports",
             "Travel & Outdoors", "Food & Drink", "Pools, Hot Tubs, and Beaches", "Animals, Aquariums, and Zoos",
             "I'm Only Sleeping", "DJs", "Always On", "Software and Game Development"]
GAMES = ["League of Legends", "Grand Theft Auto V", "VALORANT", "Counter-Strike", "Minecraft", "Fortnite", "Dota 2",
         "Pokémon Community Game", "Pokémon Community Game", "EA Sports FC 26", "Slots", "Virtual Casino",
         "Poker", "Chess", "Retro", "Ōkami", "原神"]
WORDS = ("ranked today road to global chill vibes !discord drops ON playing with viewers rumo ao topo bora jogando"
         " hoje sem parar directo jugando con subs speedrun any% pb attempt live ao vivo 24/7 rerun new patch").split()
SPICE = ["🔥", "é", "é", "ñ", "ção", "👨‍👩‍👧", "🇧🇷", "‮", "日本語", "a, b", "\"q\"", "it's", "=1+1", "\\n", "\u2028"]
TAG_WORDS = ["Português", "English", "Español", "Brasil", "chill", "FPS", "DropsEnabled", "LGBTQIAPlus", "18Plus",
             "NoBackseating", "ADHD", "Vtuber", "ENVtuber", "Playing with Viewers", "café", "café"]
LANGUAGES = ["pt", "en", "es", "pt-br", "zh-hk", "other", "EN", " es "]

ODD_IDS = [None, "", " ", "0", "000", "+7", "-5", "1e9", "12.5", "１２３", "abc", "12 34", "1" * 19, "9" * 18,
           "0" * 17 + "7", " 315", "00315", "315\r\n", "\t315 ", "\u00a0315", "٣١٥"]
ODD_STARTS = [None, "", "2026-05-01", "2026-05-01T12:00:00", "2026-05-01 12:00:00Z", " 2026-05-01T12:00:00Z",
              "2026-05-01T12:00:00z", "2026-02-29T12:00:00Z", "2028-02-29T12:00:00Z", "2024-02-29T23:59:59Z",
              "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T12:60:00Z",
              "2026-05-01T12:00:60Z", "2011-06-05T23:59:59Z", "2011-06-06T00:00:00Z", "2026-05-01T12:00:00.Z",
              "2026-05-01T12:00:00.1234567890Z", "2026-05-01T12:00:00.123456789Z", "2026-05-01T12:00:00+00:00",
              "２０26-05-01T12:00:00Z", "9999-12-31T23:59:59.999999999Z", "0000-01-01T00:00:00Z"]
ODD_TYPES = [None, "", "rerun", "LIVE", " live\n", "live!", "ｌｉｖｅ", "vodcast"]
ODD_NAMES = [None, "", "   ", "\t\r\n", "\u00a0", " Ana ", "ÀÉ", "İstanbul", "\ufeffbom", "\u0301a", " \u0301", "x\u0001"]
ODD_VIEWERS = [None, -1, -(2**63), 0, 9, 10, 100, 101, 1000, 1001, 10000, 10001, 100000, 100001, 2**40]
ODD_GAMES = [None, "", "  ", "just chatting ", "JUST CHATTING", "Unknown", "unknown", "Ｍusic", "Music\u00a0", "café", "café"]
ODD_LANGUAGES = [None, "", " ", "PT", "pt ", "Ｅn", "\u00a0"]
ODD_TAGS = [None, [], [None], [""], [" "], ["a", None, " b ", "", "a"], ["\u00a0"], ["x" * 300], ["é", "é"]]


class World:
    """Streams that go on and off. Each is drawn once; only viewers and time change from slot to slot."""

    def __init__(self, seed, size):
        self.random = random.Random(seed)
        self.size = size
        self.next_id = 315_000_000_000
        self.categories = [(str(500_000 + n), name) for n, name in enumerate(NON_GAMES + GAMES)]
        self.categories += [(str(600_000 + n), f"Game number {n}") for n in range(2000)]
        self.streams = []

    def advance(self, now):
        keep = self.random.random
        self.streams = [stream for stream in self.streams if keep() > 0.08]
        while len(self.streams) < self.size:
            self.streams.append(self.stream(now))

    def stream(self, now):
        r = self.random
        self.next_id += r.randrange(1, 9_000)
        user = r.randrange(1, self.size * 3)
        rank = min(int(r.paretovariate(0.6)), len(self.categories)) - 1
        game_id, game = self.categories[rank]
        login = f"streamer_{user}"
        name = login.replace("s", "S", 1) if r.random() < 0.8 else r.choice(SPICE) + login
        words = r.choices(WORDS, k=r.randrange(2, 12)) + (r.choices(SPICE, k=1) if r.random() < 0.3 else [])
        started = now - datetime.timedelta(seconds=int(r.expovariate(1 / 9000)))
        tags = r.choices(TAG_WORDS, k=r.randrange(0, 7))
        return [str(self.next_id), str(user), login, name, game_id, game, " ".join(words),
                min(3_000_000, int(12 * r.paretovariate(0.8))), started.strftime("%Y-%m-%dT%H:%M:%SZ"),
                r.choices(LANGUAGES, weights=[30, 40, 20, 3, 1, 2, 1, 1])[0], tags, r.random() < 0.05]

    def run(self, collected, run_id, count, clean):
        r = self.random
        listed = r.sample(self.streams, min(count, len(self.streams)))
        while len(listed) < count:
            listed.append(r.choice(listed))
        columns = {name: [] for name in SCHEMA.names}
        for stream in listed:
            row = dict(id=stream[0], user_id=stream[1], user_login=stream[2], user_name=stream[3], game_id=stream[4],
                       game_name=stream[5], type="live", title=stream[6], viewer_count=int(stream[7] * r.lognormvariate(0, 0.3)),
                       started_at=stream[8], language=stream[9], tag_ids=[] if r.random() < 0.9 else None,
                       thumbnail_url=f"https://static-cdn.jtvnw.net/previews-ttv/live_user_{stream[2]}-"
                                     "{width}x{height}.jpg",
                       tags=stream[10], is_mature=stream[11])
            if not clean and r.random() < 0.06:
                self.spoil(row, collected)
            for name, value in row.items():
                columns[name].append(value)
        columns["collected_at"] = [collected] * count
        columns["stream_minutes"] = [None if r.random() < 0.01 else 5] * count
        columns["run_id"] = [run_id] * count
        columns["row_no"] = list(range(count))
        return pyarrow.table(columns, schema=SCHEMA)

    def spoil(self, row, collected):
        r = self.random
        kind = r.randrange(14)
        if kind == 0:
            row["id"] = r.choice(ODD_IDS)
        elif kind == 1:
            row["user_id"] = r.choice(ODD_IDS)
        elif kind == 2:
            row["user_login"], row["user_name"] = r.choice(ODD_NAMES), r.choice(ODD_NAMES)
        elif kind == 3:
            row["type"] = r.choice(ODD_TYPES)
        elif kind == 4:
            row["viewer_count"] = r.choice(ODD_VIEWERS)
        elif kind == 5:
            row["started_at"] = r.choice(ODD_STARTS)
        elif kind == 6:
            ahead = datetime.timedelta(microseconds=300_000_000 + r.choice([-1_000_000, -1, 0, 1, 5_000_000]))
            row["started_at"] = (collected + ahead).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif kind == 7:
            row["game_name"], row["game_id"] = r.choice(ODD_GAMES), r.choice(ODD_IDS)
        elif kind == 8:
            row["language"] = r.choice(ODD_LANGUAGES)
        elif kind == 9:
            row["tags"], row["tag_ids"] = r.choice(ODD_TAGS), r.choice(ODD_TAGS)
        elif kind == 10:
            row["title"] = r.choice([None, "", " \u0301x ", "\r\n x \t", "\u00a0t\u00a0", "é" * 150, "\ufeff"])
        elif kind == 11:
            row["is_mature"] = None
        elif kind == 12:
            row["started_at"] = (collected - datetime.timedelta(
                microseconds=r.choice([0, 1, 59_999_999, 60_000_000, 1_799_999_999, 1_800_000_000, 1_800_000_001]))
            ).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        else:
            for name in ("user_name", "game_id", "game_name", "thumbnail_url", "language"):
                row[name] = None


def multiplied(table, copies):
    """The run with its rows `copies` times. Ids, names and titles of the further copies are others; what is null or no
    plain number stays as it is, so the copies share some dirty rows."""
    def moved(column, copy):
        plain = pyarrow.compute.match_substring_regex(column, "^[1-9][0-9]{0,14}$")
        return pyarrow.compute.if_else(plain, pyarrow.compute.binary_join_element_wise(str(copy), column, ""), column)

    parts = [table]
    for copy in range(1, copies):
        part = table
        for name in ("id", "user_id"):
            part = part.set_column(part.schema.get_field_index(name), SCHEMA.field(name), moved(part.column(name), copy))
        for name in ("user_login", "user_name", "title"):
            longer = pyarrow.compute.binary_join_element_wise(part.column(name), str(copy), "_")
            part = part.set_column(part.schema.get_field_index(name), SCHEMA.field(name), longer)
        parts.append(part)
    whole = pyarrow.concat_tables(parts)
    numbers = pyarrow.array(range(len(whole)), pyarrow.int32())
    return whole.set_column(SCHEMA.get_field_index("row_no"), SCHEMA.field("row_no"), numbers)


def write(out, rows, seed=1, days=5, runs_per_slot=1, clean=False, start="2026-04-29T00:00:00+00:00", row_group=None,
          codec="snappy", slots=None, copies=1):
    """Writes the lake and gives the number of rows. `slots` asks for so many half hours instead of whole days."""
    slots = slots or days * 48
    runs = slots * runs_per_slot
    per_run, extra = divmod(rows // copies, runs)
    world = World(seed, max(10, int((per_run + 1) * 1.15)))
    first = datetime.datetime.fromisoformat(start)
    written = 0
    for slot in range(slots):
        slot_start = first + datetime.timedelta(minutes=30 * slot)
        world.advance(slot_start)
        for attempt in range(runs_per_slot):
            offset = world.random.choice([0, 1, 999, 61_000, 1_799_999]) if not clean else 1_000
            collected = slot_start + datetime.timedelta(milliseconds=min(offset + attempt * 1000, 1_799_999))
            count = per_run + (1 if slot * runs_per_slot + attempt < extra else 0)
            if count == 0:
                continue
            run_id = f"run-{world.random.getrandbits(64):016x}"
            table = multiplied(world.run(collected, run_id, count, clean), copies)
            folder = pathlib.Path(out) / f"dt={collected:%Y-%m-%d}" / f"hour={collected:%H}"
            folder.mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(table, folder / f"streams_{run_id}.parquet", compression=codec,
                                        row_group_size=row_group or 1_000_000)
            written += len(table)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--runs-per-slot", type=int, default=1)
    parser.add_argument("--copies", type=int, default=1, help="how often each run holds its streams")
    parser.add_argument("--clean", action="store_true", help="no broken rows")
    options = parser.parse_args()
    print(write(options.out, options.rows, options.seed, options.days, options.runs_per_slot, options.clean,
                copies=options.copies))
