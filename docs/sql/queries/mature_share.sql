-- Broadcaster analytics: viewers and the share of snapshots marked as for adults, by kind of broadcaster.
SELECT
    coalesce(broadcaster_type, 'unknown') AS kind,
    count(*) AS snapshots,
    avg(CASE WHEN is_mature THEN 1.0 ELSE 0.0 END) AS mature_share,
    avg(viewer_count) AS mean_viewers
FROM game_streams_enriched
GROUP BY coalesce(broadcaster_type, 'unknown')
ORDER BY snapshots DESC, kind;
