-- Tables and English views for ClickHouse.
-- Made from Sources/Functions/Lake/Contract by: rivulet-local lake contract --format clickhouse
-- ${lake} stands for the lake's root, such as s3://bucket; --lake ROOT fills it in.
-- Partition columns come from the path (use_hive_partitioning, on by default since 25.1).
-- A list that is null in a file reads as an empty one: ClickHouse has no null lists.

CREATE TABLE IF NOT EXISTS bronze_streams (
    id Nullable(String) COMMENT 'stream id as sent',
    user_id Nullable(String) COMMENT 'broadcaster id as sent',
    user_login Nullable(String) COMMENT 'broadcaster login as sent',
    user_name Nullable(String) COMMENT 'broadcaster display name as sent',
    game_id Nullable(String) COMMENT 'category id as sent',
    game_name Nullable(String) COMMENT 'category name as sent',
    type Nullable(String) COMMENT 'stream type as sent, normally `live`',
    title Nullable(String) COMMENT 'stream title as sent',
    viewer_count Nullable(Int64) COMMENT 'viewers at the moment of the answer',
    started_at Nullable(String) COMMENT 'start of the stream, text as sent',
    language Nullable(String) COMMENT 'language code as sent',
    thumbnail_url Nullable(String) COMMENT 'preview image address as sent',
    tag_ids Array(Nullable(String)) COMMENT 'tag ids as sent (empty since 2023)',
    tags Array(Nullable(String)) COMMENT 'free tags as sent',
    is_mature Nullable(Bool) COMMENT 'marked as for adults',
    collected_at DateTime64(6, 'UTC') COMMENT 'instant the run started, whole milliseconds',
    stream_minutes Nullable(Int64) COMMENT 'whole minutes live at collection; null without a start',
    run_id String COMMENT 'identifier of the extract run',
    row_no Int32 COMMENT '0-based position in the run, in order of arrival',
    dt Date32 COMMENT 'UTC date of the collection',
    hour String COMMENT 'UTC hour of the collection, two digits'
)
ENGINE = S3('${lake}/raw/dt=*/hour=*/*.parquet', 'Parquet')
COMMENT 'One row per stream that Twitch listed to a run of `extract`, as sent.';

CREATE TABLE IF NOT EXISTS silver_streams (
    id_stream Int64 COMMENT 'stream id',
    id_streamer Int64 COMMENT 'broadcaster id',
    login_streamer String COMMENT 'broadcaster login, lower case',
    nome_streamer String COMMENT 'broadcaster display name, or the login',
    id_categoria Int64 COMMENT 'category id, 0 when unknown',
    nome_categoria String COMMENT 'category name, `Unknown` when blank',
    tipo_conteudo String COMMENT '`Game` or `Non-Game`, by category name',
    titulo String COMMENT 'stream title, trimmed',
    idioma String COMMENT 'language code, lower case, `other` when blank',
    tags Array(String) COMMENT 'free tags, trimmed, without blanks',
    qtd_tags Int32 COMMENT 'number of tags',
    conteudo_adulto Bool COMMENT 'marked as for adults',
    espectadores Int64 COMMENT 'viewers at the snapshot',
    faixa_espectadores String COMMENT 'audience band: low, mid, high, very_high, mega',
    popular Bool COMMENT 'more viewers than POPULAR_THRESHOLD',
    inicio_em DateTime64(6, 'UTC') COMMENT 'start of the stream',
    coletado_em DateTime64(6, 'UTC') COMMENT 'instant of the snapshot',
    slot_coleta DateTime64(6, 'UTC') COMMENT 'start of the snapshot''s slot',
    minutos_transmissao Int64 COMMENT 'whole minutes live at the snapshot',
    segundos_intervalo Int64 COMMENT 'seconds that the snapshot stands for',
    horas_assistidas_total Float64 COMMENT 'viewer hours of the interval',
    data_local Date32 COMMENT 'local date of the snapshot',
    hora_local Int32 COMMENT 'local hour of the snapshot, 0 to 23',
    periodo_dia String COMMENT 'part of the local day: Dawn, Morning, Afternoon, Night',
    run_id String COMMENT 'identifier of the extract run',
    dt Date32 COMMENT 'UTC date of the collection',
    hour String COMMENT 'UTC hour of the collection, two digits'
)
ENGINE = S3('${lake}/silver/streams/dt=*/hour=*/*.parquet', 'Parquet')
COMMENT 'One row per live stream and slot of half an hour.';

CREATE TABLE IF NOT EXISTS silver_quarentena (
    id Nullable(String) COMMENT 'stream id as sent',
    user_id Nullable(String) COMMENT 'broadcaster id as sent',
    user_login Nullable(String) COMMENT 'broadcaster login as sent',
    user_name Nullable(String) COMMENT 'broadcaster display name as sent',
    game_id Nullable(String) COMMENT 'category id as sent',
    game_name Nullable(String) COMMENT 'category name as sent',
    type Nullable(String) COMMENT 'stream type as sent, normally `live`',
    title Nullable(String) COMMENT 'stream title as sent',
    viewer_count Nullable(Int64) COMMENT 'viewers at the moment of the answer',
    started_at Nullable(String) COMMENT 'start of the stream, text as sent',
    language Nullable(String) COMMENT 'language code as sent',
    thumbnail_url Nullable(String) COMMENT 'preview image address as sent',
    tag_ids Array(Nullable(String)) COMMENT 'tag ids as sent (empty since 2023)',
    tags Array(Nullable(String)) COMMENT 'free tags as sent',
    is_mature Nullable(Bool) COMMENT 'marked as for adults',
    collected_at DateTime64(6, 'UTC') COMMENT 'instant the run started, whole milliseconds',
    stream_minutes Nullable(Int64) COMMENT 'whole minutes live at collection; null without a start',
    run_id String COMMENT 'identifier of the extract run',
    row_no Int32 COMMENT '0-based position in the run, in order of arrival',
    motivo String COMMENT 'first rule that the row broke',
    dt Date32 COMMENT 'UTC date of the collection',
    hour String COMMENT 'UTC hour of the collection, two digits'
)
ENGINE = S3('${lake}/silver/quarentena/dt=*/hour=*/*.parquet', 'Parquet')
COMMENT 'One row per refused bronze row, unchanged, and why it was refused.';

CREATE TABLE IF NOT EXISTS silver_execucoes (
    run_id String COMMENT 'identifier of the extract run',
    coletado_em DateTime64(6, 'UTC') COMMENT 'instant the run started',
    linhas_lidas Int64 COMMENT 'bronze rows read',
    linhas_validas Int64 COMMENT 'rows kept in streams',
    linhas_duplicadas Int64 COMMENT 'valid rows replaced by a later sight of the same stream and slot',
    linhas_quarentena Int64 COMMENT 'rows refused',
    dt Date32 COMMENT 'UTC date of the collection',
    hour String COMMENT 'UTC hour of the collection, two digits'
)
ENGINE = S3('${lake}/silver/execucoes/dt=*/hour=*/*.parquet', 'Parquet')
COMMENT 'One row per run of `extract`: what became of its rows.';

CREATE TABLE IF NOT EXISTS gold_fato_streams (
    id_streamer Int64 COMMENT 'broadcaster id',
    id_categoria Int64 COMMENT 'category id',
    nome_categoria String COMMENT 'category name',
    tipo_conteudo String COMMENT '`Game` or `Non-Game`',
    periodo_dia String COMMENT 'part of the local day',
    idioma String COMMENT 'language code',
    nome_streamer String COMMENT 'broadcaster name at its latest snapshot',
    total_streams Int64 COMMENT 'distinct streams',
    total_coletas Int64 COMMENT 'snapshots',
    total_minutos_transmitidos Float64 COMMENT 'minutes that the snapshots stand for',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    media_espectadores Float64 COMMENT 'mean viewers of the snapshots',
    pico_espectadores Int64 COMMENT 'most viewers of one snapshot',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/fato_streams/data_local=*/*.parquet', 'Parquet')
COMMENT 'One row per local date, broadcaster, category, part of the day and language.';

CREATE TABLE IF NOT EXISTS gold_top_jogos (
    posicao Int32 COMMENT 'rank, from 1',
    id_categoria Int64 COMMENT 'category id',
    nome_categoria String COMMENT 'category name',
    total_streams Int64 COMMENT 'distinct streams',
    total_streamers Int64 COMMENT 'distinct broadcasters',
    total_coletas Int64 COMMENT 'snapshots',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    media_espectadores Float64 COMMENT 'mean viewers of the snapshots',
    pico_simultaneo Int64 COMMENT 'most viewers of one slot, summed',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/top_jogos/data_local=*/*.parquet', 'Parquet')
COMMENT 'The most watched games of each local date.';

CREATE TABLE IF NOT EXISTS gold_top_streamers (
    posicao Int32 COMMENT 'rank, from 1',
    id_streamer Int64 COMMENT 'broadcaster id',
    nome_streamer String COMMENT 'broadcaster name at its latest snapshot',
    total_streams Int64 COMMENT 'distinct streams',
    total_coletas Int64 COMMENT 'snapshots',
    total_minutos_transmitidos Float64 COMMENT 'minutes that the snapshots stand for',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    media_espectadores Float64 COMMENT 'mean viewers of the snapshots',
    pico_espectadores Int64 COMMENT 'most viewers of one snapshot',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/top_streamers/data_local=*/*.parquet', 'Parquet')
COMMENT 'The most watched broadcasters of each local date.';

CREATE TABLE IF NOT EXISTS gold_participacao_idioma (
    idioma String COMMENT 'language code',
    total_streams Int64 COMMENT 'distinct streams',
    total_coletas Int64 COMMENT 'snapshots',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    fracao_horas Float64 COMMENT 'share of the date''s viewer hours, 0 to 1',
    fracao_coletas Float64 COMMENT 'share of the date''s snapshots, 0 to 1',
    fracao_adulto Float64 COMMENT 'share of the language''s snapshots marked as for adults, 0 to 1',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/participacao_idioma/data_local=*/*.parquet', 'Parquet')
COMMENT 'One row per local date and language.';

CREATE TABLE IF NOT EXISTS gold_tendencia_horaria (
    hora_local Int32 COMMENT 'local hour, 0 to 23',
    total_slots Int64 COMMENT 'distinct slots that have snapshots',
    total_streams Int64 COMMENT 'distinct streams',
    total_coletas Int64 COMMENT 'snapshots',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    media_simultanea Float64 COMMENT 'viewers per slot, mean over the slots',
    pico_simultaneo Int64 COMMENT 'most viewers of one slot, summed',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/tendencia_horaria/data_local=*/*.parquet', 'Parquet')
COMMENT 'One row per local date and local hour.';

CREATE TABLE IF NOT EXISTS gold_faixa_popularidade (
    faixa_espectadores String COMMENT 'audience band',
    total_streams Int64 COMMENT 'distinct streams',
    total_coletas Int64 COMMENT 'snapshots',
    total_horas_assistidas Float64 COMMENT 'viewer hours',
    media_espectadores Float64 COMMENT 'mean viewers of the snapshots',
    data_local Date32 COMMENT 'local date'
)
ENGINE = S3('${lake}/gold/faixa_popularidade/data_local=*/*.parquet', 'Parquet')
COMMENT 'One row per local date and audience band.';

CREATE TABLE IF NOT EXISTS game_streams_enriched (
    stream_id String COMMENT 'stream id',
    user_id String COMMENT 'broadcaster id',
    user_login Nullable(String) COMMENT 'broadcaster login',
    user_name Nullable(String) COMMENT 'broadcaster display name',
    game_id String COMMENT 'category id, empty when the stream has none',
    game_name Nullable(String) COMMENT 'category name',
    stream_type Nullable(String) COMMENT 'stream type',
    title Nullable(String) COMMENT 'stream title',
    viewer_count Nullable(Int64) COMMENT 'viewers at the snapshot',
    started_at DateTime64(6, 'UTC') COMMENT 'start of the stream',
    language Nullable(String) COMMENT 'language code',
    is_mature Nullable(Bool) COMMENT 'marked as for adults',
    tags Nullable(String) COMMENT 'free tags, joined by commas',
    broadcaster_type Nullable(String) COMMENT 'partner, affiliate or empty',
    user_description Nullable(String) COMMENT 'the broadcaster''s own words',
    user_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'creation of the broadcaster''s account',
    data_retrieved_at DateTime64(6, 'UTC') COMMENT 'instant of the snapshot',
    dt Date32 COMMENT 'UTC date of the collection',
    hour String COMMENT 'UTC hour of the collection, two digits'
)
ENGINE = S3('${lake}/enriched/game_streams_enriched/dt=*/hour=*/*.parquet', 'Parquet')
COMMENT 'One row per stream and run, joined with the broadcaster''s profile and the category''s name.';

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
    parseDateTime64BestEffortOrNull(started_at, 6, 'UTC') AS started_at,
    language,
    is_mature,
    arrayStringConcat(arrayFilter(tag -> tag IS NOT NULL, tags), ',') AS tags,
    CAST(NULL AS Nullable(String)) AS broadcaster_type,
    CAST(NULL AS Nullable(String)) AS user_description,
    CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS user_created_at,
    collected_at AS data_retrieved_at,
    dt,
    hour
FROM (
    SELECT *, row_number() OVER (PARTITION BY run_id, id ORDER BY row_no DESC) AS sight
    FROM bronze_streams
    WHERE id IS NOT NULL AND user_id IS NOT NULL
        AND match(started_at, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z\\z')
        AND started_at >= '2011-06-06'
        AND parseDateTime64BestEffortOrNull(started_at, 6, 'UTC') IS NOT NULL
) AS sights
WHERE sight = 1;
