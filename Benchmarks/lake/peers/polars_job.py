"""LAKE_SPEC 2 and 3 in Polars: polars_job.py RAW SILVER GOLD.

Silver by batches of whole hours, gold by local dates out of the silver files, so that memory does not grow with the lake.
"""
import pathlib
import sys

import polars
from polars import col, lit, when

from partitions import NON_GAMES, batches, dates

UPPER, LOWER = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), list("abcdefghijklmnopqrstuvwxyz")
START = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$"


def cut(text):
    return text.str.strip_chars(" \t\n\r")


def low(text):
    """A-Z alone; the quick way where a text is ASCII, the slow one on what is left."""
    ascii_only = text.str.len_bytes() == text.str.len_chars()
    return when(ascii_only).then(text.str.to_lowercase()).otherwise(when(~ascii_only).then(text).str.replace_many(UPPER, LOWER))


def number(text):
    text = cut(text)
    value = when(text.str.contains(r"^[0-9]{1,18}$")).then(text).cast(polars.Int64, strict=False)
    return when(value > 0).then(value)


def start(text):
    seconds = text.str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us").dt.epoch("us")
    fraction = text.str.slice(20).str.strip_suffix("Z").str.pad_end(6, "0").str.slice(0, 6).cast(polars.Int64, strict=False)
    return when(text.str.contains(START)).then(seconds + fraction.fill_null(0))


def checked(files):
    rows = polars.scan_parquet(files, hive_partitioning=False)
    collected = col("collected_at").dt.epoch("us")
    rows = rows.with_columns(
        id_stream=number(col("id")), id_streamer=number(col("user_id")), start_us=start(col("started_at")),
        collected_us=collected, login_streamer=low(cut(col("user_login"))).fill_null(""),
        name=cut(col("user_name")).fill_null(""), dt=col("collected_at").dt.strftime("%Y-%m-%d"),
        hour=col("collected_at").dt.strftime("%H"))
    rules = [("invalid_id", col("id_stream").is_null()), ("invalid_user_id", col("id_streamer").is_null()),
             ("missing_user_name", (col("login_streamer") == "") & (col("name") == "")),
             ("not_live", low(cut(col("type"))).fill_null("") != "live"),
             ("invalid_viewer_count", col("viewer_count").is_null() | (col("viewer_count") < 0)),
             ("invalid_started_at", col("start_us").is_null() | (col("start_us") < 1_307_318_400_000_000)),
             ("started_in_future", col("start_us") > col("collected_us") + 300_000_000),
             ("below_min_viewers", col("viewer_count") < 10)]
    motivo = lit(None, polars.String)
    for name, rule in reversed(rules):
        motivo = when(rule).then(lit(name)).otherwise(motivo)
    return rows.with_columns(motivo=motivo)


def last_seen(good):
    """The rows that stay; found on the columns that decide, so that the wide ones are moved once."""
    good = good.with_columns(slot_us=col("collected_us") // 1_800_000_000 * 1_800_000_000)
    last = col("place").sort_by("collected_us", "run_id", "row_no").last()
    keys = good.lazy().select("id_stream", "slot_us", "collected_us", "run_id", "row_no").with_row_index("place")
    return good[keys.group_by("id_stream", "slot_us").agg(last).collect()["place"]]


def streams(good):
    local = col("collected_us") - 10_800_000_000
    category = when(cut(col("game_name")).fill_null("") == "").then(lit("Unknown")).otherwise(cut(col("game_name")))
    language = low(cut(col("language"))).fill_null("")
    tags = col("tags").list.eval(cut(polars.element())).list.eval(
        polars.element().filter(polars.element().is_not_null() & (polars.element() != ""))).fill_null([])
    viewers = col("viewer_count")
    good = good.with_columns(
        nome_categoria=category, tags=tags, hora_local=(local // 3_600_000_000 % 24).cast(polars.Int32),
        segundos_intervalo=((col("collected_us") - col("start_us")) // 1_000_000).clip(0, 1800))
    return good.select(
        "id_stream", "id_streamer", "login_streamer",
        when(col("name") == "").then("login_streamer").otherwise("name").alias("nome_streamer"),
        number(col("game_id")).fill_null(0).alias("id_categoria"), "nome_categoria",
        when(low(col("nome_categoria")).is_in(NON_GAMES)).then(lit("Non-Game")).otherwise(lit("Game")).alias("tipo_conteudo"),
        cut(col("title")).fill_null("").alias("titulo"),
        when(language == "").then(lit("other")).otherwise(language).alias("idioma"), "tags",
        col("tags").list.len().cast(polars.Int32).alias("qtd_tags"), col("is_mature").fill_null(False).alias("conteudo_adulto"),
        viewers.alias("espectadores"),
        when(viewers <= 100).then(lit("low")).when(viewers <= 1000).then(lit("mid")).when(viewers <= 10_000).then(lit("high"))
        .when(viewers <= 100_000).then(lit("very_high")).otherwise(lit("mega")).alias("faixa_espectadores"),
        (viewers > 1000).alias("popular"), col("start_us").cast(polars.Datetime("us", "UTC")).alias("inicio_em"),
        col("collected_at").alias("coletado_em"), col("slot_us").cast(polars.Datetime("us", "UTC")).alias("slot_coleta"),
        ((col("collected_us") - col("start_us")) // 60_000_000).clip(0, None).alias("minutos_transmissao"),
        "segundos_intervalo",
        ((viewers * col("segundos_intervalo")).cast(polars.Float64) / 3600.0).alias("horas_assistidas_total"),
        local.cast(polars.Datetime("us")).dt.date().alias("data_local"), "hora_local",
        when(col("hora_local") < 6).then(lit("Dawn")).when(col("hora_local") < 12).then(lit("Morning"))
        .when(col("hora_local") < 18).then(lit("Afternoon")).otherwise(lit("Night")).alias("periodo_dia"),
        "run_id", "dt", "hour")


HOURS = ((col("espectadores") * col("segundos_intervalo")).sum().cast(polars.Float64) / 3600.0).alias("total_horas_assistidas")
W = (col("espectadores") * col("segundos_intervalo")).sum().alias("w")
STREAMS = col("id_stream").n_unique().cast(polars.Int64).alias("total_streams")
ROWS = polars.len().cast(polars.Int64).alias("total_coletas")
MINUTES = (col("segundos_intervalo").sum() / 60.0).alias("total_minutos_transmitidos")
MEAN = col("espectadores").mean().alias("media_espectadores")
PEAK = col("espectadores").max().alias("pico_espectadores")
NAME = col("nome_streamer").sort_by("slot_coleta", "id_stream").last()


def ranked(table, names, keys):
    table = table.sort(["data_local", "w", *keys], descending=[False, True] + [False] * len(keys))
    position = (col("w").cum_count().over("data_local")).cast(polars.Int32).alias("posicao")
    return table.with_columns(position).filter(col("posicao") <= 10).select("posicao", *names, "data_local")


def gold(rows):
    def slot_peak(*keys):
        return (rows.group_by("data_local", *keys, "slot_coleta").agg(col("espectadores").sum())
                .group_by("data_local", *keys).agg(col("espectadores").max().alias("pico_simultaneo")))

    fact = ["id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo", "periodo_dia", "idioma"]
    yield "fato_streams", rows.group_by("data_local", *fact).agg(
        NAME, STREAMS, ROWS, MINUTES, HOURS, MEAN, PEAK).select(
        *fact, "nome_streamer", "total_streams", "total_coletas", "total_minutos_transmitidos", "total_horas_assistidas",
        "media_espectadores", "pico_espectadores", "data_local")
    game = ["id_categoria", "nome_categoria"]
    games = rows.filter(col("tipo_conteudo") == "Game").group_by("data_local", *game).agg(
        STREAMS, col("id_streamer").n_unique().cast(polars.Int64).alias("total_streamers"), ROWS, HOURS, MEAN, W)
    yield "top_jogos", ranked(games.join(slot_peak(*game), on=["data_local", *game]), [
        *game, "total_streams", "total_streamers", "total_coletas", "total_horas_assistidas", "media_espectadores",
        "pico_simultaneo"], ["nome_categoria", "id_categoria"])
    people = rows.group_by("data_local", "id_streamer").agg(NAME, STREAMS, ROWS, MINUTES, HOURS, MEAN, PEAK, W)
    yield "top_streamers", ranked(people, [
        "id_streamer", "nome_streamer", "total_streams", "total_coletas", "total_minutos_transmitidos",
        "total_horas_assistidas", "media_espectadores", "pico_espectadores"], ["id_streamer"])
    days = rows.group_by("data_local").agg(W.alias("day_w"), polars.len().alias("day_n"))
    languages = rows.group_by("data_local", "idioma").agg(STREAMS, ROWS, HOURS, W, col("conteudo_adulto").mean().alias("fracao_adulto"))
    yield "participacao_idioma", languages.join(days, on="data_local").select(
        "idioma", "total_streams", "total_coletas", "total_horas_assistidas",
        when(col("day_w") == 0).then(0.0).otherwise(col("w") / col("day_w")).alias("fracao_horas"),
        (col("total_coletas") / col("day_n")).alias("fracao_coletas"), "fracao_adulto", "data_local")
    hours = rows.group_by("data_local", "hora_local").agg(
        col("slot_coleta").n_unique().cast(polars.Int64).alias("total_slots"), STREAMS, ROWS, HOURS,
        (col("espectadores").sum() / col("slot_coleta").n_unique()).alias("media_simultanea"))
    yield "tendencia_horaria", hours.join(slot_peak("hora_local"), on=["data_local", "hora_local"]).select(
        "hora_local", "total_slots", "total_streams", "total_coletas", "total_horas_assistidas", "media_simultanea",
        "pico_simultaneo", "data_local")
    yield "faixa_popularidade", rows.group_by("data_local", "faixa_espectadores").agg(STREAMS, ROWS, HOURS, MEAN).select(
        "faixa_espectadores", "total_streams", "total_coletas", "total_horas_assistidas", "media_espectadores", "data_local")


def write(table, folder, keys):
    for key, part in table.partition_by(keys, as_dict=True, include_key=False).items():
        path = pathlib.Path(folder, *(f"{name}={value}" for name, value in zip(keys, key)))
        path.mkdir(parents=True, exist_ok=True)
        part.write_parquet(path / "part-0.parquet", compression="snappy")


def silver(files, folder):
    rows = checked(files).collect(engine="streaming")
    made = streams(last_seen(rows.filter(col("motivo").is_null())).lazy()).collect(engine="streaming")
    write(made, f"{folder}/streams", ["dt", "hour"])
    bad = rows.filter(col("motivo").is_not_null()).drop(
        "id_stream", "id_streamer", "start_us", "collected_us", "login_streamer", "name")
    order = [name for name in bad.columns if name not in ("motivo", "dt", "hour")]
    write(bad.select(*order, "motivo", "dt", "hour"), f"{folder}/quarentena", ["dt", "hour"])
    kept = made.group_by("run_id").agg(polars.len().cast(polars.Int64).alias("linhas_validas"))
    runs = rows.group_by("run_id", "dt", "hour").agg(
        col("collected_at").max().alias("coletado_em"), polars.len().cast(polars.Int64).alias("linhas_lidas"),
        col("motivo").count().cast(polars.Int64).alias("linhas_quarentena")).join(kept, on="run_id", how="left").with_columns(
        col("linhas_validas").fill_null(0))
    write(runs.with_columns(
        linhas_duplicadas=col("linhas_lidas") - col("linhas_validas") - col("linhas_quarentena")).select(
        "run_id", "coletado_em", "linhas_lidas", "linhas_validas", "linhas_duplicadas", "linhas_quarentena", "dt", "hour"),
        f"{folder}/execucoes", ["dt", "hour"])


def main(raw, silver_folder, gold_folder):
    for files in batches(raw):
        silver(files, silver_folder)
    for _, files in dates(f"{silver_folder}/streams"):
        names, tables = zip(*gold(polars.scan_parquet(files, hive_partitioning=False)))
        # One plan for the six: the files are read once.
        for name, table in zip(names, polars.collect_all(tables, engine="streaming")):
            write(table, f"{gold_folder}/{name}", ["data_local"])


if __name__ == "__main__":
    main(*sys.argv[1:4])
