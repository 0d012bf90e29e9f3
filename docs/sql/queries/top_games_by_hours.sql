-- Which games were watched most over all dates?
SELECT
    category_id,
    category_name,
    sum(watch_hours) AS hours,
    sum(snapshot_count) AS snapshots,
    max(peak_viewers) AS peak
FROM stream_facts
WHERE content_type = 'Game'
GROUP BY category_id, category_name
ORDER BY hours DESC, category_name, category_id
LIMIT 10;
