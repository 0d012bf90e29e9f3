-- Silver beside gold: the best watched snapshot of each ranked broadcaster, date by date.
SELECT ranked.local_date, ranked.rank, ranked.streamer_name, ranked.watch_hours, shots.category_name, shots.viewers
FROM top_streamers AS ranked
INNER JOIN stream_snapshots AS shots
    ON shots.streamer_id = ranked.streamer_id
    AND shots.local_date = ranked.local_date
    AND shots.viewers = ranked.peak_viewers
ORDER BY ranked.local_date, ranked.rank, shots.collected_at, shots.stream_id;
