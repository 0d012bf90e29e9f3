-- The ten newest rows of game_streams_enriched.
SELECT game_name, user_name, viewer_count, started_at
FROM game_streams_enriched
ORDER BY data_retrieved_at DESC, viewer_count DESC, stream_id
LIMIT 10;
