-- Viewers of each game, slot by slot.
SELECT slot, category_id, category_name, sum(viewers) AS total_viewers, count(*) AS streams
FROM stream_snapshots
WHERE content_type = 'Game'
GROUP BY slot, category_id, category_name
ORDER BY slot, total_viewers DESC, category_id, category_name;
