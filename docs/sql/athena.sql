-- Tables and English views for Athena.
-- Made from Sources/Functions/Lake/Contract by: rivulet-local lake contract --format athena
-- ${lake} stands for the lake's root, such as s3://bucket; --lake ROOT fills it in.
-- Athena runs one statement a query. Instants have milliseconds there.
-- Partition columns are text: dt = '2026-03-01' and hour = '07' name one partition.

CREATE EXTERNAL TABLE IF NOT EXISTS bronze_streams (
    `id` string COMMENT 'stream id as sent',
    `user_id` string COMMENT 'broadcaster id as sent',
    `user_login` string COMMENT 'broadcaster login as sent',
    `user_name` string COMMENT 'broadcaster display name as sent',
    `game_id` string COMMENT 'category id as sent',
    `game_name` string COMMENT 'category name as sent',
    `type` string COMMENT 'stream type as sent, normally `live`',
    `title` string COMMENT 'stream title as sent',
    `viewer_count` bigint COMMENT 'viewers at the moment of the answer',
    `started_at` string COMMENT 'start of the stream, text as sent',
    `language` string COMMENT 'language code as sent',
    `thumbnail_url` string COMMENT 'preview image address as sent',
    `tag_ids` array<string> COMMENT 'tag ids as sent (empty since 2023)',
    `tags` array<string> COMMENT 'free tags as sent',
    `is_mature` boolean COMMENT 'marked as for adults',
    `collected_at` timestamp COMMENT 'instant the run started, whole milliseconds',
    `stream_minutes` bigint COMMENT 'whole minutes live at collection; null without a start',
    `run_id` string COMMENT 'identifier of the extract run',
    `row_no` int COMMENT '0-based position in the run, in order of arrival'
)
COMMENT 'One row per stream that Twitch listed to a run of `extract`, as sent.'
PARTITIONED BY (
    `dt` string COMMENT 'UTC date of the collection',
    `hour` string COMMENT 'UTC hour of the collection, two digits'
)
STORED AS PARQUET
LOCATION '${lake}/raw/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.dt.range' = '2026-01-01,NOW',
    'projection.dt.type' = 'date',
    'projection.enabled' = 'true',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23',
    'projection.hour.type' = 'integer'
);

CREATE EXTERNAL TABLE IF NOT EXISTS silver_streams (
    `id_stream` bigint COMMENT 'stream id',
    `id_streamer` bigint COMMENT 'broadcaster id',
    `login_streamer` string COMMENT 'broadcaster login, lower case',
    `nome_streamer` string COMMENT 'broadcaster display name, or the login',
    `id_categoria` bigint COMMENT 'category id, 0 when unknown',
    `nome_categoria` string COMMENT 'category name, `Unknown` when blank',
    `tipo_conteudo` string COMMENT '`Game` or `Non-Game`, by category name',
    `titulo` string COMMENT 'stream title, trimmed',
    `idioma` string COMMENT 'language code, lower case, `other` when blank',
    `tags` array<string> COMMENT 'free tags, trimmed, without blanks',
    `qtd_tags` int COMMENT 'number of tags',
    `conteudo_adulto` boolean COMMENT 'marked as for adults',
    `espectadores` bigint COMMENT 'viewers at the snapshot',
    `faixa_espectadores` string COMMENT 'audience band: low, mid, high, very_high, mega',
    `popular` boolean COMMENT 'more viewers than POPULAR_THRESHOLD',
    `inicio_em` timestamp COMMENT 'start of the stream',
    `coletado_em` timestamp COMMENT 'instant of the snapshot',
    `slot_coleta` timestamp COMMENT 'start of the snapshot\'s slot',
    `minutos_transmissao` bigint COMMENT 'whole minutes live at the snapshot',
    `segundos_intervalo` bigint COMMENT 'seconds that the snapshot stands for',
    `horas_assistidas_total` double COMMENT 'viewer hours of the interval',
    `data_local` date COMMENT 'local date of the snapshot',
    `hora_local` int COMMENT 'local hour of the snapshot, 0 to 23',
    `periodo_dia` string COMMENT 'part of the local day: Dawn, Morning, Afternoon, Night',
    `run_id` string COMMENT 'identifier of the extract run'
)
COMMENT 'One row per live stream and slot of half an hour.'
PARTITIONED BY (
    `dt` string COMMENT 'UTC date of the collection',
    `hour` string COMMENT 'UTC hour of the collection, two digits'
)
STORED AS PARQUET
LOCATION '${lake}/silver/streams/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.dt.range' = '2026-01-01,NOW',
    'projection.dt.type' = 'date',
    'projection.enabled' = 'true',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23',
    'projection.hour.type' = 'integer'
);

CREATE EXTERNAL TABLE IF NOT EXISTS silver_quarentena (
    `id` string COMMENT 'stream id as sent',
    `user_id` string COMMENT 'broadcaster id as sent',
    `user_login` string COMMENT 'broadcaster login as sent',
    `user_name` string COMMENT 'broadcaster display name as sent',
    `game_id` string COMMENT 'category id as sent',
    `game_name` string COMMENT 'category name as sent',
    `type` string COMMENT 'stream type as sent, normally `live`',
    `title` string COMMENT 'stream title as sent',
    `viewer_count` bigint COMMENT 'viewers at the moment of the answer',
    `started_at` string COMMENT 'start of the stream, text as sent',
    `language` string COMMENT 'language code as sent',
    `thumbnail_url` string COMMENT 'preview image address as sent',
    `tag_ids` array<string> COMMENT 'tag ids as sent (empty since 2023)',
    `tags` array<string> COMMENT 'free tags as sent',
    `is_mature` boolean COMMENT 'marked as for adults',
    `collected_at` timestamp COMMENT 'instant the run started, whole milliseconds',
    `stream_minutes` bigint COMMENT 'whole minutes live at collection; null without a start',
    `run_id` string COMMENT 'identifier of the extract run',
    `row_no` int COMMENT '0-based position in the run, in order of arrival',
    `motivo` string COMMENT 'first rule that the row broke'
)
COMMENT 'One row per refused bronze row, unchanged, and why it was refused.'
PARTITIONED BY (
    `dt` string COMMENT 'UTC date of the collection',
    `hour` string COMMENT 'UTC hour of the collection, two digits'
)
STORED AS PARQUET
LOCATION '${lake}/silver/quarentena/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.dt.range' = '2026-01-01,NOW',
    'projection.dt.type' = 'date',
    'projection.enabled' = 'true',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23',
    'projection.hour.type' = 'integer'
);

CREATE EXTERNAL TABLE IF NOT EXISTS silver_execucoes (
    `run_id` string COMMENT 'identifier of the extract run',
    `coletado_em` timestamp COMMENT 'instant the run started',
    `linhas_lidas` bigint COMMENT 'bronze rows read',
    `linhas_validas` bigint COMMENT 'rows kept in streams',
    `linhas_duplicadas` bigint COMMENT 'valid rows replaced by a later sight of the same stream and slot',
    `linhas_quarentena` bigint COMMENT 'rows refused'
)
COMMENT 'One row per run of `extract`: what became of its rows.'
PARTITIONED BY (
    `dt` string COMMENT 'UTC date of the collection',
    `hour` string COMMENT 'UTC hour of the collection, two digits'
)
STORED AS PARQUET
LOCATION '${lake}/silver/execucoes/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.dt.range' = '2026-01-01,NOW',
    'projection.dt.type' = 'date',
    'projection.enabled' = 'true',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23',
    'projection.hour.type' = 'integer'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_fato_streams (
    `id_streamer` bigint COMMENT 'broadcaster id',
    `id_categoria` bigint COMMENT 'category id',
    `nome_categoria` string COMMENT 'category name',
    `tipo_conteudo` string COMMENT '`Game` or `Non-Game`',
    `periodo_dia` string COMMENT 'part of the local day',
    `idioma` string COMMENT 'language code',
    `nome_streamer` string COMMENT 'broadcaster name at its latest snapshot',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_minutos_transmitidos` double COMMENT 'minutes that the snapshots stand for',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `media_espectadores` double COMMENT 'mean viewers of the snapshots',
    `pico_espectadores` bigint COMMENT 'most viewers of one snapshot'
)
COMMENT 'One row per local date, broadcaster, category, part of the day and language.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/fato_streams/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_top_jogos (
    `posicao` int COMMENT 'rank, from 1',
    `id_categoria` bigint COMMENT 'category id',
    `nome_categoria` string COMMENT 'category name',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_streamers` bigint COMMENT 'distinct broadcasters',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `media_espectadores` double COMMENT 'mean viewers of the snapshots',
    `pico_simultaneo` bigint COMMENT 'most viewers of one slot, summed'
)
COMMENT 'The most watched games of each local date.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/top_jogos/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_top_streamers (
    `posicao` int COMMENT 'rank, from 1',
    `id_streamer` bigint COMMENT 'broadcaster id',
    `nome_streamer` string COMMENT 'broadcaster name at its latest snapshot',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_minutos_transmitidos` double COMMENT 'minutes that the snapshots stand for',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `media_espectadores` double COMMENT 'mean viewers of the snapshots',
    `pico_espectadores` bigint COMMENT 'most viewers of one snapshot'
)
COMMENT 'The most watched broadcasters of each local date.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/top_streamers/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_participacao_idioma (
    `idioma` string COMMENT 'language code',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `fracao_horas` double COMMENT 'share of the date\'s viewer hours, 0 to 1',
    `fracao_coletas` double COMMENT 'share of the date\'s snapshots, 0 to 1',
    `fracao_adulto` double COMMENT 'share of the language\'s snapshots marked as for adults, 0 to 1'
)
COMMENT 'One row per local date and language.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/participacao_idioma/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_tendencia_horaria (
    `hora_local` int COMMENT 'local hour, 0 to 23',
    `total_slots` bigint COMMENT 'distinct slots that have snapshots',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `media_simultanea` double COMMENT 'viewers per slot, mean over the slots',
    `pico_simultaneo` bigint COMMENT 'most viewers of one slot, summed'
)
COMMENT 'One row per local date and local hour.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/tendencia_horaria/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS gold_faixa_popularidade (
    `faixa_espectadores` string COMMENT 'audience band',
    `total_streams` bigint COMMENT 'distinct streams',
    `total_coletas` bigint COMMENT 'snapshots',
    `total_horas_assistidas` double COMMENT 'viewer hours',
    `media_espectadores` double COMMENT 'mean viewers of the snapshots'
)
COMMENT 'One row per local date and audience band.'
PARTITIONED BY (
    `data_local` string COMMENT 'local date'
)
STORED AS PARQUET
LOCATION '${lake}/gold/faixa_popularidade/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.data_local.format' = 'yyyy-MM-dd',
    'projection.data_local.interval' = '1',
    'projection.data_local.interval.unit' = 'DAYS',
    'projection.data_local.range' = '2026-01-01,NOW+1DAYS',
    'projection.data_local.type' = 'date',
    'projection.enabled' = 'true'
);

CREATE EXTERNAL TABLE IF NOT EXISTS game_streams_enriched (
    `stream_id` string COMMENT 'stream id',
    `user_id` string COMMENT 'broadcaster id',
    `user_login` string COMMENT 'broadcaster login',
    `user_name` string COMMENT 'broadcaster display name',
    `game_id` string COMMENT 'category id, empty when the stream has none',
    `game_name` string COMMENT 'category name',
    `stream_type` string COMMENT 'stream type',
    `title` string COMMENT 'stream title',
    `viewer_count` bigint COMMENT 'viewers at the snapshot',
    `started_at` timestamp COMMENT 'start of the stream',
    `language` string COMMENT 'language code',
    `is_mature` boolean COMMENT 'marked as for adults',
    `tags` string COMMENT 'free tags, joined by commas',
    `broadcaster_type` string COMMENT 'partner, affiliate or empty',
    `user_description` string COMMENT 'the broadcaster\'s own words',
    `user_created_at` timestamp COMMENT 'creation of the broadcaster\'s account',
    `data_retrieved_at` timestamp COMMENT 'instant of the snapshot'
)
COMMENT 'One row per stream and run, joined with the broadcaster\'s profile and the category\'s name.'
PARTITIONED BY (
    `dt` string COMMENT 'UTC date of the collection',
    `hour` string COMMENT 'UTC hour of the collection, two digits'
)
STORED AS PARQUET
LOCATION '${lake}/enriched/game_streams_enriched/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.dt.range' = '2026-01-01,NOW',
    'projection.dt.type' = 'date',
    'projection.enabled' = 'true',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23',
    'projection.hour.type' = 'integer'
);

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
    CAST(data_local AS date) AS local_date
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
    CAST(data_local AS date) AS local_date
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
    CAST(data_local AS date) AS local_date
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
    CAST(data_local AS date) AS local_date
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
    CAST(data_local AS date) AS local_date
FROM gold_tendencia_horaria;

CREATE OR REPLACE VIEW viewer_bands AS
SELECT
    faixa_espectadores AS viewer_band,
    total_streams AS stream_count,
    total_coletas AS snapshot_count,
    total_horas_assistidas AS watch_hours,
    media_espectadores AS mean_viewers,
    CAST(data_local AS date) AS local_date
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
    TRY(CAST(from_iso8601_timestamp(started_at) AT TIME ZONE 'UTC' AS timestamp)) AS started_at,
    language,
    is_mature,
    array_join(tags, ',') AS tags,
    CAST(NULL AS varchar) AS broadcaster_type,
    CAST(NULL AS varchar) AS user_description,
    CAST(NULL AS timestamp) AS user_created_at,
    collected_at AS data_retrieved_at,
    dt,
    hour
FROM (
    SELECT *, row_number() OVER (PARTITION BY run_id, id ORDER BY row_no DESC) AS sight
    FROM bronze_streams
    WHERE id IS NOT NULL AND user_id IS NOT NULL
        AND regexp_extract(started_at, '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z') = started_at
        AND started_at >= '2011-06-06'
        AND TRY(CAST(from_iso8601_timestamp(started_at) AT TIME ZONE 'UTC' AS timestamp)) IS NOT NULL
) AS sights
WHERE sight = 1;
