-- Quality: what became of each run's rows, and the share that was kept.
SELECT
    run_id,
    collected_at,
    rows_read,
    rows_kept,
    rows_duplicate,
    rows_quarantined,
    rows_kept * 1.0 / rows_read AS kept_share
FROM runs
ORDER BY collected_at, run_id;
