-- Trend analysis: how does each broadcaster's mean audience change from date to date? Weighted by snapshots.
SELECT local_date, streamer_id, viewers, viewers - viewers_before AS growth
FROM (
    SELECT
        local_date,
        streamer_id,
        viewers,
        row_number() OVER (PARTITION BY streamer_id ORDER BY local_date) AS nth_date,
        lag(viewers) OVER (PARTITION BY streamer_id ORDER BY local_date) AS viewers_before
    FROM (
        SELECT
            local_date,
            streamer_id,
            sum(mean_viewers * snapshot_count) / sum(snapshot_count) AS viewers
        FROM stream_facts
        GROUP BY local_date, streamer_id
    ) AS by_date
) AS changes
WHERE nth_date > 1
ORDER BY growth DESC, local_date, streamer_id
LIMIT 20;
