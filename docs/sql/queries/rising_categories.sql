-- Trend analysis: which categories gained the most watch hours from one local date to the next?
SELECT *
FROM (
    SELECT
        local_date,
        category_id,
        category_name,
        hours,
        lag(hours) OVER (PARTITION BY category_id, category_name ORDER BY local_date) AS hours_before,
        hours - lag(hours) OVER (PARTITION BY category_id, category_name ORDER BY local_date) AS gain
    FROM (
        SELECT local_date, category_id, category_name, sum(watch_hours) AS hours
        FROM stream_facts
        GROUP BY local_date, category_id, category_name
    ) AS by_date
) AS changes
WHERE gain > 0
ORDER BY gain DESC, local_date, category_id, category_name
LIMIT 20;
