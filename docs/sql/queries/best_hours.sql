-- Schedule: at which local hours are the most people watching, and how many streams share them?
SELECT
    local_hour,
    sum(mean_concurrent_viewers * slot_count) / sum(slot_count) AS viewers,
    sum(watch_hours) AS hours,
    sum(watch_hours) / sum(snapshot_count) AS hours_per_snapshot
FROM hourly_trend
GROUP BY local_hour
ORDER BY viewers DESC, local_hour;
