-- Segmentation: watch hours by language and kind of content.
SELECT
    language,
    content_type,
    sum(watch_hours) AS hours,
    sum(snapshot_count) AS snapshots,
    max(peak_viewers) AS peak
FROM stream_facts
GROUP BY language, content_type
ORDER BY hours DESC, language, content_type;
