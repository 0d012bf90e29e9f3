-- Tables and English views for Spark.
-- Made from Sources/Functions/Lake/Contract by: rivulet-local lake contract --format spark
-- ${lake} stands for the lake's root, such as s3://bucket; --lake ROOT fills it in.
-- Instants need spark.sql.session.timeZone = UTC to be shown as they are.

CREATE TABLE IF NOT EXISTS bronze_streams (
    id STRING COMMENT 'stream id as sent',
    user_id STRING COMMENT 'broadcaster id as sent',
    user_login STRING COMMENT 'broadcaster login as sent',
    user_name STRING COMMENT 'broadcaster display name as sent',
    game_id STRING COMMENT 'category id as sent',
    game_name STRING COMMENT 'category name as sent',
    type STRING COMMENT 'stream type as sent, normally `live`',
    title STRING COMMENT 'stream title as sent',
    viewer_count BIGINT COMMENT 'viewers at the moment of the answer',
    started_at STRING COMMENT 'start of the stream, text as sent',
    language STRING COMMENT 'language code as sent',
    thumbnail_url STRING COMMENT 'preview image address as sent',
    tag_ids ARRAY<STRING> COMMENT 'tag ids as sent (empty since 2023)',
    tags ARRAY<STRING> COMMENT 'free tags as sent',
    is_mature BOOLEAN COMMENT 'marked as for adults',
    collected_at TIMESTAMP COMMENT 'instant the run started, whole milliseconds',
    stream_minutes BIGINT COMMENT 'whole minutes live at collection; null without a start',
    run_id STRING COMMENT 'identifier of the extract run',
    row_no INT COMMENT '0-based position in the run, in order of arrival',
    dt DATE COMMENT 'UTC date of the collection',
    hour STRING COMMENT 'UTC hour of the collection, two digits'
)
USING PARQUET
PARTITIONED BY (dt, hour)
LOCATION '${lake}/raw'
COMMENT 'One row per stream that Twitch listed to a run of `extract`, as sent.';
MSCK REPAIR TABLE bronze_streams;

CREATE TABLE IF NOT EXISTS silver_streams (
    id_stream BIGINT COMMENT 'stream id',
    id_streamer BIGINT COMMENT 'broadcaster id',
    login_streamer STRING COMMENT 'broadcaster login, lower case',
    nome_streamer STRING COMMENT 'broadcaster display name, or the login',
    id_categoria BIGINT COMMENT 'category id, 0 when unknown',
    nome_categoria STRING COMMENT 'category name, `Unknown` when blank',
    tipo_conteudo STRING COMMENT '`Game` or `Non-Game`, by category name',
    titulo STRING COMMENT 'stream title, trimmed',
    idioma STRING COMMENT 'language code, lower case, `other` when blank',
    tags ARRAY<STRING> COMMENT 'free tags, trimmed, without blanks',
    qtd_tags INT COMMENT 'number of tags',
    conteudo_adulto BOOLEAN COMMENT 'marked as for adults',
    espectadores BIGINT COMMENT 'viewers at the snapshot',
    faixa_espectadores STRING COMMENT 'audience band: low, mid, high, very_high, mega',
    popular BOOLEAN COMMENT 'more viewers than POPULAR_THRESHOLD',
    inicio_em TIMESTAMP COMMENT 'start of the stream',
    coletado_em TIMESTAMP COMMENT 'instant of the snapshot',
    slot_coleta TIMESTAMP COMMENT 'start of the snapshot\'s slot',
    minutos_transmissao BIGINT COMMENT 'whole minutes live at the snapshot',
    segundos_intervalo BIGINT COMMENT 'seconds that the snapshot stands for',
    horas_assistidas_total DOUBLE COMMENT 'viewer hours of the interval',
    data_local DATE COMMENT 'local date of the snapshot',
    hora_local INT COMMENT 'local hour of the snapshot, 0 to 23',
    periodo_dia STRING COMMENT 'part of the local day: Dawn, Morning, Afternoon, Night',
    run_id STRING COMMENT 'identifier of the extract run',
    dt DATE COMMENT 'UTC date of the collection',
    hour STRING COMMENT 'UTC hour of the collection, two digits'
)
USING PARQUET
PARTITIONED BY (dt, hour)
LOCATION '${lake}/silver/streams'
COMMENT 'One row per live stream and slot of half an hour.';
MSCK REPAIR TABLE silver_streams;

CREATE TABLE IF NOT EXISTS silver_quarentena (
    id STRING COMMENT 'stream id as sent',
    user_id STRING COMMENT 'broadcaster id as sent',
    user_login STRING COMMENT 'broadcaster login as sent',
    user_name STRING COMMENT 'broadcaster display name as sent',
    game_id STRING COMMENT 'category id as sent',
    game_name STRING COMMENT 'category name as sent',
    type STRING COMMENT 'stream type as sent, normally `live`',
    title STRING COMMENT 'stream title as sent',
    viewer_count BIGINT COMMENT 'viewers at the moment of the answer',
    started_at STRING COMMENT 'start of the stream, text as sent',
    language STRING COMMENT 'language code as sent',
    thumbnail_url STRING COMMENT 'preview image address as sent',
    tag_ids ARRAY<STRING> COMMENT 'tag ids as sent (empty since 2023)',
    tags ARRAY<STRING> COMMENT 'free tags as sent',
    is_mature BOOLEAN COMMENT 'marked as for adults',
    collected_at TIMESTAMP COMMENT 'instant the run started, whole milliseconds',
    stream_minutes BIGINT COMMENT 'whole minutes live at collection; null without a start',
    run_id STRING COMMENT 'identifier of the extract run',
    row_no INT COMMENT '0-based position in the run, in order of arrival',
    motivo STRING COMMENT 'first rule that the row broke',
    dt DATE COMMENT 'UTC date of the collection',
    hour STRING COMMENT 'UTC hour of the collection, two digits'
)
USING PARQUET
PARTITIONED BY (dt, hour)
LOCATION '${lake}/silver/quarentena'
COMMENT 'One row per refused bronze row, unchanged, and why it was refused.';
MSCK REPAIR TABLE silver_quarentena;

CREATE TABLE IF NOT EXISTS silver_execucoes (
    run_id STRING COMMENT 'identifier of the extract run',
    coletado_em TIMESTAMP COMMENT 'instant the run started',
    linhas_lidas BIGINT COMMENT 'bronze rows read',
    linhas_validas BIGINT COMMENT 'rows kept in streams',
    linhas_duplicadas BIGINT COMMENT 'valid rows replaced by a later sight of the same stream and slot',
    linhas_quarentena BIGINT COMMENT 'rows refused',
    dt DATE COMMENT 'UTC date of the collection',
    hour STRING COMMENT 'UTC hour of the collection, two digits'
)
USING PARQUET
PARTITIONED BY (dt, hour)
LOCATION '${lake}/silver/execucoes'
COMMENT 'One row per run of `extract`: what became of its rows.';
MSCK REPAIR TABLE silver_execucoes;

CREATE TABLE IF NOT EXISTS gold_fato_streams (
    id_streamer BIGINT COMMENT 'broadcaster id',
    id_categoria BIGINT COMMENT 'category id',
    nome_categoria STRING COMMENT 'category name',
    tipo_conteudo STRING COMMENT '`Game` or `Non-Game`',
    periodo_dia STRING COMMENT 'part of the local day',
    idioma STRING COMMENT 'language code',
    nome_streamer STRING COMMENT 'broadcaster name at its latest snapshot',
    total_streams BIGINT COMMENT 'distinct streams',
    total_coletas BIGINT COMMENT 'snapshots',
    total_minutos_transmitidos DOUBLE COMMENT 'minutes that the snapshots stand for',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    media_espectadores DOUBLE COMMENT 'mean viewers of the snapshots',
    pico_espectadores BIGINT COMMENT 'most viewers of one snapshot',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/fato_streams'
COMMENT 'One row per local date, broadcaster, category, part of the day and language.';
MSCK REPAIR TABLE gold_fato_streams;

CREATE TABLE IF NOT EXISTS gold_top_jogos (
    posicao INT COMMENT 'rank, from 1',
    id_categoria BIGINT COMMENT 'category id',
    nome_categoria STRING COMMENT 'category name',
    total_streams BIGINT COMMENT 'distinct streams',
    total_streamers BIGINT COMMENT 'distinct broadcasters',
    total_coletas BIGINT COMMENT 'snapshots',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    media_espectadores DOUBLE COMMENT 'mean viewers of the snapshots',
    pico_simultaneo BIGINT COMMENT 'most viewers of one slot, summed',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/top_jogos'
COMMENT 'The most watched games of each local date.';
MSCK REPAIR TABLE gold_top_jogos;

CREATE TABLE IF NOT EXISTS gold_top_streamers (
    posicao INT COMMENT 'rank, from 1',
    id_streamer BIGINT COMMENT 'broadcaster id',
    nome_streamer STRING COMMENT 'broadcaster name at its latest snapshot',
    total_streams BIGINT COMMENT 'distinct streams',
    total_coletas BIGINT COMMENT 'snapshots',
    total_minutos_transmitidos DOUBLE COMMENT 'minutes that the snapshots stand for',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    media_espectadores DOUBLE COMMENT 'mean viewers of the snapshots',
    pico_espectadores BIGINT COMMENT 'most viewers of one snapshot',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/top_streamers'
COMMENT 'The most watched broadcasters of each local date.';
MSCK REPAIR TABLE gold_top_streamers;

CREATE TABLE IF NOT EXISTS gold_participacao_idioma (
    idioma STRING COMMENT 'language code',
    total_streams BIGINT COMMENT 'distinct streams',
    total_coletas BIGINT COMMENT 'snapshots',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    fracao_horas DOUBLE COMMENT 'share of the date\'s viewer hours, 0 to 1',
    fracao_coletas DOUBLE COMMENT 'share of the date\'s snapshots, 0 to 1',
    fracao_adulto DOUBLE COMMENT 'share of the language\'s snapshots marked as for adults, 0 to 1',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/participacao_idioma'
COMMENT 'One row per local date and language.';
MSCK REPAIR TABLE gold_participacao_idioma;

CREATE TABLE IF NOT EXISTS gold_tendencia_horaria (
    hora_local INT COMMENT 'local hour, 0 to 23',
    total_slots BIGINT COMMENT 'distinct slots that have snapshots',
    total_streams BIGINT COMMENT 'distinct streams',
    total_coletas BIGINT COMMENT 'snapshots',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    media_simultanea DOUBLE COMMENT 'viewers per slot, mean over the slots',
    pico_simultaneo BIGINT COMMENT 'most viewers of one slot, summed',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/tendencia_horaria'
COMMENT 'One row per local date and local hour.';
MSCK REPAIR TABLE gold_tendencia_horaria;

CREATE TABLE IF NOT EXISTS gold_faixa_popularidade (
    faixa_espectadores STRING COMMENT 'audience band',
    total_streams BIGINT COMMENT 'distinct streams',
    total_coletas BIGINT COMMENT 'snapshots',
    total_horas_assistidas DOUBLE COMMENT 'viewer hours',
    media_espectadores DOUBLE COMMENT 'mean viewers of the snapshots',
    data_local DATE COMMENT 'local date'
)
USING PARQUET
PARTITIONED BY (data_local)
LOCATION '${lake}/gold/faixa_popularidade'
COMMENT 'One row per local date and audience band.';
MSCK REPAIR TABLE gold_faixa_popularidade;

CREATE TABLE IF NOT EXISTS game_streams_enriched (
    stream_id STRING COMMENT 'stream id',
    user_id STRING COMMENT 'broadcaster id',
    user_login STRING COMMENT 'broadcaster login',
    user_name STRING COMMENT 'broadcaster display name',
    game_id STRING COMMENT 'category id, empty when the stream has none',
    game_name STRING COMMENT 'category name',
    stream_type STRING COMMENT 'stream type',
    title STRING COMMENT 'stream title',
    viewer_count BIGINT COMMENT 'viewers at the snapshot',
    started_at TIMESTAMP COMMENT 'start of the stream',
    language STRING COMMENT 'language code',
    is_mature BOOLEAN COMMENT 'marked as for adults',
    tags STRING COMMENT 'free tags, joined by commas',
    broadcaster_type STRING COMMENT 'partner, affiliate or empty',
    user_description STRING COMMENT 'the broadcaster\'s own words',
    user_created_at TIMESTAMP COMMENT 'creation of the broadcaster\'s account',
    data_retrieved_at TIMESTAMP COMMENT 'instant of the snapshot',
    dt DATE COMMENT 'UTC date of the collection',
    hour STRING COMMENT 'UTC hour of the collection, two digits'
)
USING PARQUET
PARTITIONED BY (dt, hour)
LOCATION '${lake}/enriched/game_streams_enriched'
COMMENT 'One row per stream and run, joined with the broadcaster\'s profile and the category\'s name.';
MSCK REPAIR TABLE game_streams_enriched;

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
