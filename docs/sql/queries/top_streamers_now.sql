-- Who has the most viewers in the newest slot? The title is cut after 50 characters (substringUTF8 in ClickHouse).
-- engines: duckdb athena
SELECT streamer_name, category_name, substr(title, 1, 50) AS title_preview, viewers
FROM stream_snapshots
WHERE slot = (SELECT max(slot) FROM stream_snapshots)
ORDER BY viewers DESC, stream_id
LIMIT 20;
