"""LAKE_SPEC 2 and 3 in DuckDB's SQL: duckdb_job.py RAW SILVER GOLD [THREADS].

Silver by batches of whole hours, gold by local dates out of the silver files, so that memory does not grow with the lake.
"""
import pathlib
import sys

import duckdb

from partitions import NON_GAMES, batches, dates

MACROS = """
CREATE MACRO cut(t) AS trim(t, ' ' || chr(9) || chr(10) || chr(13));
CREATE MACRO low(t) AS CASE WHEN strlen(t) = length(t) THEN lower(t)
    ELSE translate(t, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END;
CREATE MACRO number(t) AS CASE WHEN regexp_full_match(cut(t), '[0-9]{1,18}') THEN nullif(cut(t)::BIGINT, 0) END;
CREATE MACRO start_of(t) AS CASE WHEN regexp_full_match(t,
    '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z') THEN
    epoch_us(try_cast(left(t, 10) || ' ' || substr(t, 12, 8) AS TIMESTAMP))
        + CASE WHEN length(t) > 20 THEN rpad(substr(t, 21, length(t) - 21), 6, '0')[1:6]::BIGINT ELSE 0 END END;
"""

CHECKED = """
CREATE OR REPLACE TEMP TABLE checked AS
SELECT *, CASE
    WHEN id_stream IS NULL THEN 'invalid_id'
    WHEN id_streamer IS NULL THEN 'invalid_user_id'
    WHEN coalesce(cut(user_login), '') = '' AND coalesce(cut(user_name), '') = '' THEN 'missing_user_name'
    WHEN coalesce(low(cut(type)), '') <> 'live' THEN 'not_live'
    WHEN viewer_count IS NULL OR viewer_count < 0 THEN 'invalid_viewer_count'
    WHEN start_us IS NULL OR start_us < 1307318400000000 THEN 'invalid_started_at'
    WHEN start_us > collected_us + 300000000 THEN 'started_in_future'
    WHEN viewer_count < 10 THEN 'below_min_viewers' END AS motivo
FROM (SELECT *, number(id) AS id_stream, number(user_id) AS id_streamer, start_of(started_at) AS start_us,
          epoch_us(collected_at) AS collected_us, strftime(collected_at AT TIME ZONE 'UTC', '%Y-%m-%d') AS dt,
          strftime(collected_at AT TIME ZONE 'UTC', '%H') AS hour
      FROM read_parquet({files}, hive_partitioning = false));
"""

STREAMS = """
CREATE OR REPLACE TEMP TABLE streams AS
SELECT id_stream, id_streamer, login_streamer, coalesce(nullif(cut(user_name), ''), login_streamer) AS nome_streamer,
    coalesce(number(game_id), 0) AS id_categoria, nome_categoria,
    CASE WHEN low(nome_categoria) IN ({non_games}) THEN 'Non-Game' ELSE 'Game' END AS tipo_conteudo,
    coalesce(cut(title), '') AS titulo, coalesce(nullif(low(cut(language)), ''), 'other') AS idioma, tags,
    len(tags)::INTEGER AS qtd_tags, coalesce(is_mature, false) AS conteudo_adulto, viewer_count AS espectadores,
    CASE WHEN viewer_count <= 100 THEN 'low' WHEN viewer_count <= 1000 THEN 'mid' WHEN viewer_count <= 10000 THEN 'high'
        WHEN viewer_count <= 100000 THEN 'very_high' ELSE 'mega' END AS faixa_espectadores,
    viewer_count > 1000 AS popular, make_timestamptz(start_us) AS inicio_em, collected_at AS coletado_em,
    make_timestamptz(slot_us) AS slot_coleta, greatest(0, floor((collected_us - start_us) / 60e6))::BIGINT AS minutos_transmissao,
    segundos_intervalo, (viewer_count * segundos_intervalo)::DOUBLE / 3600.0 AS horas_assistidas_total,
    make_timestamp(collected_us - 10800000000)::DATE AS data_local,
    hour(make_timestamp(collected_us - 10800000000))::INTEGER AS hora_local,
    CASE hour(make_timestamp(collected_us - 10800000000)) // 6 WHEN 0 THEN 'Dawn' WHEN 1 THEN 'Morning'
        WHEN 2 THEN 'Afternoon' ELSE 'Night' END AS periodo_dia,
    run_id, dt, hour
FROM (SELECT * REPLACE (coalesce(list_filter(list_transform(tags, lambda t: cut(t)), lambda t: t <> ''), []) AS tags),
        low(coalesce(cut(user_login), '')) AS login_streamer, coalesce(nullif(cut(game_name), ''), 'Unknown') AS nome_categoria,
        collected_us // 1800000000 * 1800000000 AS slot_us,
        least(greatest(floor((collected_us - start_us) / 1e6), 0), 1800)::BIGINT AS segundos_intervalo
      FROM checked WHERE motivo IS NULL
      QUALIFY row_number() OVER (PARTITION BY id_stream, slot_us ORDER BY collected_us DESC, run_id DESC, row_no DESC) = 1);
"""

EXECUCOES = """
SELECT run_id, max(collected_at) AS coletado_em, count(*) AS linhas_lidas, any_value(kept) AS linhas_validas,
    count(*) - count(motivo) - any_value(kept) AS linhas_duplicadas, count(motivo) AS linhas_quarentena, any_value(dt) AS dt,
    any_value(hour) AS hour
FROM checked LEFT JOIN (SELECT run_id, count(*) AS kept FROM streams GROUP BY run_id) USING (run_id) GROUP BY run_id
"""

# What gold reads of silver, once for the six tables of a date.
OF_DATE = """
CREATE OR REPLACE TEMP TABLE of_date AS
SELECT id_stream, id_streamer, nome_streamer, id_categoria, nome_categoria, tipo_conteudo, periodo_dia, idioma, conteudo_adulto,
    espectadores, faixa_espectadores, segundos_intervalo, slot_coleta, hora_local, data_local
FROM read_parquet({files}, hive_partitioning = false)
"""

HOURS = "sum(espectadores * segundos_intervalo)::DOUBLE / 3600.0 AS total_horas_assistidas"
MINUTES = "sum(segundos_intervalo) / 60.0::DOUBLE AS total_minutos_transmitidos"
NAME = "arg_max(nome_streamer, {'s': slot_coleta, 'i': id_stream}) AS nome_streamer"
COUNTS = "count(DISTINCT id_stream) AS total_streams"
GOLD = {
    "fato_streams": f"""
        SELECT id_streamer, id_categoria, nome_categoria, tipo_conteudo, periodo_dia, idioma, {NAME}, {COUNTS},
            count(*) AS total_coletas, {MINUTES}, {HOURS}, avg(espectadores) AS media_espectadores,
            max(espectadores) AS pico_espectadores, data_local
        FROM of_date GROUP BY ALL""",
    "top_jogos": f"""
        WITH slots AS (SELECT data_local, id_categoria, nome_categoria, slot_coleta, sum(espectadores) AS viewers
                       FROM of_date GROUP BY ALL),
        peaks AS (SELECT data_local, id_categoria, nome_categoria, max(viewers)::BIGINT AS pico_simultaneo FROM slots GROUP BY ALL),
        games AS (SELECT data_local, id_categoria, nome_categoria, {COUNTS}, count(DISTINCT id_streamer) AS total_streamers,
                      count(*) AS total_coletas, {HOURS}, avg(espectadores) AS media_espectadores,
                      sum(espectadores * segundos_intervalo) AS w
                  FROM of_date WHERE tipo_conteudo = 'Game' GROUP BY ALL)
        SELECT row_number() OVER (PARTITION BY data_local ORDER BY w DESC, nome_categoria, id_categoria)::INTEGER AS posicao,
            id_categoria, nome_categoria, total_streams, total_streamers, total_coletas, total_horas_assistidas,
            media_espectadores, pico_simultaneo, data_local
        FROM games JOIN peaks USING (data_local, id_categoria, nome_categoria) QUALIFY posicao <= 10""",
    "top_streamers": f"""
        WITH people AS (SELECT data_local, id_streamer, {NAME}, {COUNTS}, count(*) AS total_coletas, {MINUTES}, {HOURS},
                            avg(espectadores) AS media_espectadores, max(espectadores) AS pico_espectadores,
                            sum(espectadores * segundos_intervalo) AS w
                        FROM of_date GROUP BY data_local, id_streamer)
        SELECT row_number() OVER (PARTITION BY data_local ORDER BY w DESC, id_streamer)::INTEGER AS posicao,
            * EXCLUDE (w, data_local), data_local
        FROM people QUALIFY posicao <= 10""",
    "participacao_idioma": f"""
        WITH days AS (SELECT data_local, sum(espectadores * segundos_intervalo) AS w, count(*) AS n FROM of_date GROUP BY ALL)
        SELECT idioma, {COUNTS}, count(*) AS total_coletas, {HOURS},
            CASE WHEN any_value(w) = 0 THEN 0.0 ELSE sum(espectadores * segundos_intervalo)::DOUBLE / any_value(w)::DOUBLE END
                AS fracao_horas, count(*)::DOUBLE / any_value(n) AS fracao_coletas,
            count(*) FILTER (conteudo_adulto)::DOUBLE / count(*) AS fracao_adulto, data_local
        FROM of_date JOIN days USING (data_local) GROUP BY data_local, idioma""",
    "tendencia_horaria": f"""
        WITH slots AS (SELECT data_local, hora_local, slot_coleta, sum(espectadores) AS viewers FROM of_date GROUP BY ALL),
        peaks AS (SELECT data_local, hora_local, max(viewers)::BIGINT AS pico_simultaneo FROM slots GROUP BY ALL)
        SELECT hora_local, count(DISTINCT slot_coleta) AS total_slots, {COUNTS}, count(*) AS total_coletas, {HOURS},
            sum(espectadores)::DOUBLE / count(DISTINCT slot_coleta) AS media_simultanea, any_value(pico_simultaneo) AS pico_simultaneo,
            data_local
        FROM of_date JOIN peaks USING (data_local, hora_local) GROUP BY data_local, hora_local""",
    "faixa_popularidade": f"""
        SELECT faixa_espectadores, {COUNTS}, count(*) AS total_coletas, {HOURS}, avg(espectadores) AS media_espectadores, data_local
        FROM of_date GROUP BY ALL""",
}


def main(raw, silver, gold, threads=2):
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    # Room for any batch of a lake that comes hour by hour; what is larger goes through files beside the lake.
    connection.execute(f"SET memory_limit = '4GB'; SET temp_directory = '{pathlib.Path(silver).parent}/duckdb.tmp'")
    connection.execute(MACROS)
    non_games = ", ".join("'" + name.replace("'", "''") + "'" for name in NON_GAMES)
    quarantine = ("SELECT * EXCLUDE (id_stream, id_streamer, start_us, collected_us, motivo, dt, hour), motivo, dt, hour"
                  " FROM checked WHERE motivo IS NOT NULL")

    def copy(query, folder, keys):
        connection.execute(f"COPY ({query}) TO '{folder}' (FORMAT parquet, COMPRESSION snappy, PARTITION_BY ({keys}),"
                           " OVERWRITE_OR_IGNORE)")

    for files in batches(raw):
        connection.execute(CHECKED.format(files=files))
        connection.execute(STREAMS.format(non_games=non_games))
        for table, query in (("streams", "SELECT * FROM streams"), ("quarentena", quarantine), ("execucoes", EXECUCOES)):
            copy(query, f"{silver}/{table}", "dt, hour")
    connection.execute("DROP TABLE checked; DROP TABLE streams")
    for _, files in dates(f"{silver}/streams"):
        connection.execute(OF_DATE.format(files=files))
        for table, query in GOLD.items():
            copy(query, f"{gold}/{table}", "data_local")


if __name__ == "__main__":
    for folder in sys.argv[2:4]:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    main(*sys.argv[1:])
