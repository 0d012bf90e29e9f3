-- Segmentation: each language's share of a local date's watch hours.
SELECT local_date, language, watch_hours_share, snapshot_share, mature_share
FROM language_shares
ORDER BY local_date, watch_hours_share DESC, language;
