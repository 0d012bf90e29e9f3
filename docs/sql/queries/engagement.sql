-- Engagement: watch hours for each hour on air, of the broadcasters who are ranked.
SELECT
    streamer_id,
    max(streamer_name) AS name,
    sum(watch_hours) AS hours,
    sum(minutes_streamed) / 60.0 AS hours_on_air,
    sum(watch_hours) / nullif(sum(minutes_streamed) / 60.0, 0) AS viewers_while_on_air,
    max(peak_viewers) AS peak
FROM top_streamers
GROUP BY streamer_id
ORDER BY hours DESC, streamer_id
LIMIT 20;
