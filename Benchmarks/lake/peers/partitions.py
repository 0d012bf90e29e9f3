"""What both peers cut their work by: whole hours of bronze for silver, local dates for gold (LAKE_SPEC 2 and 3)."""
import datetime
import pathlib

NON_GAMES = """just chatting|irl|music|art|asmr|talk shows & podcasts|special events|sports|travel & outdoors|food & drink\
|fitness & health|beauty & body art|makers & crafting|science & technology|software and game development|politics\
|pools, hot tubs, and beaches|animals, aquariums, and zoos|i'm only sleeping|co-working & studying|writing & reading|djs\
|crypto|stocks and bonds|always on|local news & events|unknown""".split("|")

# Of bronze at once: about 350,000 rows, a day of the ten million. Less costs a query's start more often.
BATCH_BYTES = 24 << 20


def batches(raw):
    """The bronze files, in lists of whole hours: silver needs no more than an hour, and memory no more than a batch."""
    batch, size = [], 0
    for hour in sorted(pathlib.Path(raw).glob("dt=*/hour=*")):
        files = sorted(hour.glob("*.parquet"))
        weight = sum(path.stat().st_size for path in files)
        if batch and size + weight > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch, size = batch + [str(path) for path in files], size + weight
    if batch:
        yield batch


def dates(streams):
    """Each local date with the silver files that may hold its rows: three hours behind UTC, hour=03 to hour=02."""
    found = {}
    for hour in sorted(pathlib.Path(streams).glob("dt=*/hour=*")):
        start = datetime.datetime.strptime(f"{hour.parent.name} {hour.name}", "dt=%Y-%m-%d hour=%H")
        date = (start - datetime.timedelta(hours=3)).date()
        found.setdefault(date, []).extend(str(path) for path in sorted(hour.glob("*.parquet")))
    return sorted(found.items())
