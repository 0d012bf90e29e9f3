-- The tags that stand on the most snapshots. For ClickHouse write ARRAY JOIN tags AS tag instead of CROSS JOIN UNNEST.
-- engines: duckdb athena
SELECT tag, count(*) AS snapshots, sum(viewers) AS total_viewers
FROM stream_snapshots
CROSS JOIN UNNEST(tags) AS labels (tag)
GROUP BY tag
ORDER BY snapshots DESC, tag
LIMIT 10;
