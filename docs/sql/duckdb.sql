-- Tables and English views for DuckDB.
-- Made from Sources/Functions/Lake/Contract by: rivulet-local lake contract --format duckdb
-- ${lake} stands for the lake's root, such as s3://bucket; --lake ROOT fills it in.
-- DuckDB looks at the files when a view is made, and refuses one of a table without any file yet;
-- --lake with a folder makes it empty instead: print the script again once the table has files.

CREATE OR REPLACE VIEW bronze_streams AS
SELECT
    CAST(id AS VARCHAR) AS id,
    CAST(user_id AS VARCHAR) AS user_id,
    CAST(user_login AS VARCHAR) AS user_login,
    CAST(user_name AS VARCHAR) AS user_name,
    CAST(game_id AS VARCHAR) AS game_id,
    CAST(game_name AS VARCHAR) AS game_name,
    CAST(type AS VARCHAR) AS type,
    CAST(title AS VARCHAR) AS title,
    CAST(viewer_count AS BIGINT) AS viewer_count,
    CAST(started_at AS VARCHAR) AS started_at,
    CAST(language AS VARCHAR) AS language,
    CAST(thumbnail_url AS VARCHAR) AS thumbnail_url,
    CAST(tag_ids AS VARCHAR[]) AS tag_ids,
    CAST(tags AS VARCHAR[]) AS tags,
    CAST(is_mature AS BOOLEAN) AS is_mature,
    CAST(collected_at AS TIMESTAMP WITH TIME ZONE) AS collected_at,
    CAST(stream_minutes AS BIGINT) AS stream_minutes,
    CAST(run_id AS VARCHAR) AS run_id,
    CAST(row_no AS INTEGER) AS row_no,
    dt,
    hour
FROM read_parquet(
    '${lake}/raw/dt=*/hour=*/*.parquet',
    hive_partitioning = true, hive_types = {'dt': DATE, 'hour': VARCHAR});
COMMENT ON VIEW bronze_streams IS 'One row per stream that Twitch listed to a run of `extract`, as sent.';

CREATE OR REPLACE VIEW silver_streams AS
SELECT
    CAST(id_stream AS BIGINT) AS id_stream,
    CAST(id_streamer AS BIGINT) AS id_streamer,
    CAST(login_streamer AS VARCHAR) AS login_streamer,
    CAST(nome_streamer AS VARCHAR) AS nome_streamer,
    CAST(id_categoria AS BIGINT) AS id_categoria,
    CAST(nome_categoria AS VARCHAR) AS nome_categoria,
    CAST(tipo_conteudo AS VARCHAR) AS tipo_conteudo,
    CAST(titulo AS VARCHAR) AS titulo,
    CAST(idioma AS VARCHAR) AS idioma,
    CAST(tags AS VARCHAR[]) AS tags,
    CAST(qtd_tags AS INTEGER) AS qtd_tags,
    CAST(conteudo_adulto AS BOOLEAN) AS conteudo_adulto,
    CAST(espectadores AS BIGINT) AS espectadores,
    CAST(faixa_espectadores AS VARCHAR) AS faixa_espectadores,
    CAST(popular AS BOOLEAN) AS popular,
    CAST(inicio_em AS TIMESTAMP WITH TIME ZONE) AS inicio_em,
    CAST(coletado_em AS TIMESTAMP WITH TIME ZONE) AS coletado_em,
    CAST(slot_coleta AS TIMESTAMP WITH TIME ZONE) AS slot_coleta,
    CAST(minutos_transmissao AS BIGINT) AS minutos_transmissao,
    CAST(segundos_intervalo AS BIGINT) AS segundos_intervalo,
    CAST(horas_assistidas_total AS DOUBLE) AS horas_assistidas_total,
    CAST(data_local AS DATE) AS data_local,
    CAST(hora_local AS INTEGER) AS hora_local,
    CAST(periodo_dia AS VARCHAR) AS periodo_dia,
    CAST(run_id AS VARCHAR) AS run_id,
    dt,
    hour
FROM read_parquet(
    '${lake}/silver/streams/dt=*/hour=*/*.parquet',
    hive_partitioning = true, hive_types = {'dt': DATE, 'hour': VARCHAR});
COMMENT ON VIEW silver_streams IS 'One row per live stream and slot of half an hour.';

CREATE OR REPLACE VIEW silver_quarentena AS
SELECT
    CAST(id AS VARCHAR) AS id,
    CAST(user_id AS VARCHAR) AS user_id,
    CAST(user_login AS VARCHAR) AS user_login,
    CAST(user_name AS VARCHAR) AS user_name,
    CAST(game_id AS VARCHAR) AS game_id,
    CAST(game_name AS VARCHAR) AS game_name,
    CAST(type AS VARCHAR) AS type,
    CAST(title AS VARCHAR) AS title,
    CAST(viewer_count AS BIGINT) AS viewer_count,
    CAST(started_at AS VARCHAR) AS started_at,
    CAST(language AS VARCHAR) AS language,
    CAST(thumbnail_url AS VARCHAR) AS thumbnail_url,
    CAST(tag_ids AS VARCHAR[]) AS tag_ids,
    CAST(tags AS VARCHAR[]) AS tags,
    CAST(is_mature AS BOOLEAN) AS is_mature,
    CAST(collected_at AS TIMESTAMP WITH TIME ZONE) AS collected_at,
    CAST(stream_minutes AS BIGINT) AS stream_minutes,
    CAST(run_id AS VARCHAR) AS run_id,
    CAST(row_no AS INTEGER) AS row_no,
    CAST(motivo AS VARCHAR) AS motivo,
    dt,
    hour
FROM read_parquet(
    '${lake}/silver/quarentena/dt=*/hour=*/*.parquet',
    hive_partitioning = true, hive_types = {'dt': DATE, 'hour': VARCHAR});
COMMENT ON VIEW silver_quarentena IS 'One row per refused bronze row, unchanged, and why it was refused.';

CREATE OR REPLACE VIEW silver_execucoes AS
SELECT
    CAST(run_id AS VARCHAR) AS run_id,
    CAST(coletado_em AS TIMESTAMP WITH TIME ZONE) AS coletado_em,
    CAST(linhas_lidas AS BIGINT) AS linhas_lidas,
    CAST(linhas_validas AS BIGINT) AS linhas_validas,
    CAST(linhas_duplicadas AS BIGINT) AS linhas_duplicadas,
    CAST(linhas_quarentena AS BIGINT) AS linhas_quarentena,
    dt,
    hour
FROM read_parquet(
    '${lake}/silver/execucoes/dt=*/hour=*/*.parquet',
    hive_partitioning = true, hive_types = {'dt': DATE, 'hour': VARCHAR});
COMMENT ON VIEW silver_execucoes IS 'One row per run of `extract`: what became of its rows.';

CREATE OR REPLACE VIEW gold_fato_streams AS
SELECT
    CAST(id_streamer AS BIGINT) AS id_streamer,
    CAST(id_categoria AS BIGINT) AS id_categoria,
    CAST(nome_categoria AS VARCHAR) AS nome_categoria,
    CAST(tipo_conteudo AS VARCHAR) AS tipo_conteudo,
    CAST(periodo_dia AS VARCHAR) AS periodo_dia,
    CAST(idioma AS VARCHAR) AS idioma,
    CAST(nome_streamer AS VARCHAR) AS nome_streamer,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_minutos_transmitidos AS DOUBLE) AS total_minutos_transmitidos,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(media_espectadores AS DOUBLE) AS media_espectadores,
    CAST(pico_espectadores AS BIGINT) AS pico_espectadores,
    data_local
FROM read_parquet(
    '${lake}/gold/fato_streams/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_fato_streams IS 'One row per local date, broadcaster, category, part of the day and language.';

CREATE OR REPLACE VIEW gold_top_jogos AS
SELECT
    CAST(posicao AS INTEGER) AS posicao,
    CAST(id_categoria AS BIGINT) AS id_categoria,
    CAST(nome_categoria AS VARCHAR) AS nome_categoria,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_streamers AS BIGINT) AS total_streamers,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(media_espectadores AS DOUBLE) AS media_espectadores,
    CAST(pico_simultaneo AS BIGINT) AS pico_simultaneo,
    data_local
FROM read_parquet(
    '${lake}/gold/top_jogos/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_top_jogos IS 'The most watched games of each local date.';

CREATE OR REPLACE VIEW gold_top_streamers AS
SELECT
    CAST(posicao AS INTEGER) AS posicao,
    CAST(id_streamer AS BIGINT) AS id_streamer,
    CAST(nome_streamer AS VARCHAR) AS nome_streamer,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_minutos_transmitidos AS DOUBLE) AS total_minutos_transmitidos,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(media_espectadores AS DOUBLE) AS media_espectadores,
    CAST(pico_espectadores AS BIGINT) AS pico_espectadores,
    data_local
FROM read_parquet(
    '${lake}/gold/top_streamers/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_top_streamers IS 'The most watched broadcasters of each local date.';

CREATE OR REPLACE VIEW gold_participacao_idioma AS
SELECT
    CAST(idioma AS VARCHAR) AS idioma,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(fracao_horas AS DOUBLE) AS fracao_horas,
    CAST(fracao_coletas AS DOUBLE) AS fracao_coletas,
    CAST(fracao_adulto AS DOUBLE) AS fracao_adulto,
    data_local
FROM read_parquet(
    '${lake}/gold/participacao_idioma/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_participacao_idioma IS 'One row per local date and language.';

CREATE OR REPLACE VIEW gold_tendencia_horaria AS
SELECT
    CAST(hora_local AS INTEGER) AS hora_local,
    CAST(total_slots AS BIGINT) AS total_slots,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(media_simultanea AS DOUBLE) AS media_simultanea,
    CAST(pico_simultaneo AS BIGINT) AS pico_simultaneo,
    data_local
FROM read_parquet(
    '${lake}/gold/tendencia_horaria/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_tendencia_horaria IS 'One row per local date and local hour.';

CREATE OR REPLACE VIEW gold_faixa_popularidade AS
SELECT
    CAST(faixa_espectadores AS VARCHAR) AS faixa_espectadores,
    CAST(total_streams AS BIGINT) AS total_streams,
    CAST(total_coletas AS BIGINT) AS total_coletas,
    CAST(total_horas_assistidas AS DOUBLE) AS total_horas_assistidas,
    CAST(media_espectadores AS DOUBLE) AS media_espectadores,
    data_local
FROM read_parquet(
    '${lake}/gold/faixa_popularidade/data_local=*/*.parquet',
    hive_partitioning = true, hive_types = {'data_local': DATE});
COMMENT ON VIEW gold_faixa_popularidade IS 'One row per local date and audience band.';

CREATE OR REPLACE VIEW game_streams_enriched AS
SELECT
    CAST(stream_id AS VARCHAR) AS stream_id,
    CAST(user_id AS VARCHAR) AS user_id,
    CAST(user_login AS VARCHAR) AS user_login,
    CAST(user_name AS VARCHAR) AS user_name,
    CAST(game_id AS VARCHAR) AS game_id,
    CAST(game_name AS VARCHAR) AS game_name,
    CAST(stream_type AS VARCHAR) AS stream_type,
    CAST(title AS VARCHAR) AS title,
    CAST(viewer_count AS BIGINT) AS viewer_count,
    CAST(started_at AS TIMESTAMP WITH TIME ZONE) AS started_at,
    CAST(language AS VARCHAR) AS language,
    CAST(is_mature AS BOOLEAN) AS is_mature,
    CAST(tags AS VARCHAR) AS tags,
    CAST(broadcaster_type AS VARCHAR) AS broadcaster_type,
    CAST(user_description AS VARCHAR) AS user_description,
    CAST(user_created_at AS TIMESTAMP WITH TIME ZONE) AS user_created_at,
    CAST(data_retrieved_at AS TIMESTAMP WITH TIME ZONE) AS data_retrieved_at,
    dt,
    hour
FROM read_parquet(
    '${lake}/enriched/game_streams_enriched/dt=*/hour=*/*.parquet',
    hive_partitioning = true, hive_types = {'dt': DATE, 'hour': VARCHAR});
COMMENT ON VIEW game_streams_enriched IS 'One row per stream and run, joined with the broadcaster''s profile and the category''s name.';

CREATE OR REPLACE VIEW stream_snapshots AS
SELECT
    id_stream AS stream_id,
    id_streamer AS streamer_id,
    login_streamer AS streamer_login,
    nome_streamer AS streamer_name,
    id_categoria AS category_id,
    nome_categoria AS category_name,
    tipo_conteudo AS content_type,
    titulo AS title,
    idioma AS language,
    tags,
    qtd_tags AS tag_count,
    conteudo_adulto AS is_mature,
    espectadores AS viewers,
    faixa_espectadores AS viewer_band,
    popular AS is_popular,
    inicio_em AS started_at,
    coletado_em AS collected_at,
    slot_coleta AS slot,
    minutos_transmissao AS minutes_live,
    segundos_intervalo AS interval_seconds,
    horas_assistidas_total AS watch_hours,
    data_local AS local_date,
    hora_local AS local_hour,
    periodo_dia AS day_period,
    run_id,
    dt,
    hour
FROM silver_streams;

CREATE OR REPLACE VIEW quarantine AS
SELECT
    id,
    user_id,
    user_login,
    user_name,
    game_id,
    game_name,
    type,
    title,
    viewer_count,
    started_at,
    language,
    thumbnail_url,
    tag_ids,
    tags,
    is_mature,
    collected_at,
    stream_minutes,
    run_id,
    row_no,
    motivo AS reason,
    dt,
    hour
FROM silver_quarentena;

CREATE OR REPLACE VIEW runs AS
SELECT
    run_id,
    coletado_em AS collected_at,
    linhas_lidas AS rows_read,
    linhas_validas AS rows_kept,
    linhas_duplicadas AS rows_duplicate,
    linhas_quarentena AS rows_quarantined,
    dt,
    hour
FROM silver_execucoes;

CREATE OR REPLACE VIEW stream_facts AS
SELECT
    id_streamer AS streamer_id,
    id_categoria AS category_id,
    nome_categoria AS category_name,
    tipo_conteudo AS content_type,
    periodo_dia AS day_period,
    idioma AS language,
    nome_streamer AS streamer_name,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_minutos_transmitidos AS minutes_streamed,
    total_horas_assistidas AS watch_hours,
    media_espectadores AS mean_viewers,
    pico_espectadores AS peak_viewers,
    data_local AS local_date
FROM gold_fato_streams;

CREATE OR REPLACE VIEW top_games AS
SELECT
    posicao AS rank,
    id_categoria AS category_id,
    nome_categoria AS category_name,
    total_streams AS stream_count,
    total_streamers AS streamer_count,
    total_coletas AS snapshot_count,
    total_horas_assistidas AS watch_hours,
    media_espectadores AS mean_viewers,
    pico_simultaneo AS peak_concurrent_viewers,
    data_local AS local_date
FROM gold_top_jogos;

CREATE OR REPLACE VIEW top_streamers AS
SELECT
    posicao AS rank,
    id_streamer AS streamer_id,
    nome_streamer AS streamer_name,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_minutos_transmitidos AS minutes_streamed,
    total_horas_assistidas AS watch_hours,
    media_espectadores AS mean_viewers,
    pico_espectadores AS peak_viewers,
    data_local AS local_date
FROM gold_top_streamers;

CREATE OR REPLACE VIEW language_shares AS
SELECT
    idioma AS language,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_horas_assistidas AS watch_hours,
    fracao_horas AS watch_hours_share,
    fracao_coletas AS snapshot_share,
    fracao_adulto AS mature_share,
    data_local AS local_date
FROM gold_participacao_idioma;

CREATE OR REPLACE VIEW hourly_trend AS
SELECT
    hora_local AS local_hour,
    total_slots AS slot_count,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_horas_assistidas AS watch_hours,
    media_simultanea AS mean_concurrent_viewers,
    pico_simultaneo AS peak_concurrent_viewers,
    data_local AS local_date
FROM gold_tendencia_horaria;

CREATE OR REPLACE VIEW viewer_bands AS
SELECT
    faixa_espectadores AS viewer_band,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_horas_assistidas AS watch_hours,
    media_espectadores AS mean_viewers,
    data_local AS local_date
FROM gold_faixa_popularidade;

CREATE OR REPLACE VIEW game_streams_enriched_from_bronze AS
SELECT
    id AS stream_id,
    user_id,
    user_login,
    user_name,
    coalesce(game_id, '') AS game_id,
    nullif(game_name, '') AS game_name,
    type AS stream_type,
    title,
    viewer_count,
    TRY_CAST(started_at AS TIMESTAMP WITH TIME ZONE) AS started_at,
    language,
    is_mature,
    CASE WHEN tags IS NOT NULL THEN coalesce(array_to_string(tags, ','), '') END AS tags,
    CAST(NULL AS VARCHAR) AS broadcaster_type,
    CAST(NULL AS VARCHAR) AS user_description,
    CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS user_created_at,
    collected_at AS data_retrieved_at,
    dt,
    hour
FROM (
    SELECT *, row_number() OVER (PARTITION BY run_id, id ORDER BY row_no DESC) AS sight
    FROM bronze_streams
    WHERE id IS NOT NULL AND user_id IS NOT NULL
        AND regexp_full_match(started_at, '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z')
        AND started_at >= '2011-06-06'
        AND TRY_CAST(started_at AS TIMESTAMP WITH TIME ZONE) IS NOT NULL
) AS sights
WHERE sight = 1;
