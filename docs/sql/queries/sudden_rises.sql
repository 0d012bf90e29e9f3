-- Event alerts: categories whose audience at least doubled within one slot and passed 1000 viewers.
SELECT *
FROM (
    SELECT
        slot,
        category_id,
        category_name,
        viewers_now,
        lag(viewers_now) OVER (PARTITION BY category_id, category_name ORDER BY slot) AS viewers_before
    FROM (
        SELECT slot, category_id, category_name, sum(viewers) AS viewers_now
        FROM stream_snapshots
        GROUP BY slot, category_id, category_name
    ) AS by_slot
) AS changes
WHERE viewers_now > 1000 AND viewers_before > 0 AND viewers_now >= 2 * viewers_before
ORDER BY slot, viewers_now DESC, category_id, category_name;
