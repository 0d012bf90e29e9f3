-- Viewers, streams and broadcasters of the newest slot.
SELECT
    slot,
    sum(viewers) AS total_viewers,
    count(*) AS streams,
    count(DISTINCT streamer_id) AS broadcasters
FROM stream_snapshots
WHERE slot = (SELECT max(slot) FROM stream_snapshots)
GROUP BY slot;
