-- Trend analysis: which categories gained the most watch hours from one local date to the next?
SELECT local_date, category_id, category_name, hours, hours_before, hours - hours_before AS gain
FROM (
    SELECT
        local_date,
        category_id,
        category_name,
        hours,
        row_number() OVER (PARTITION BY category_id, category_name ORDER BY local_date) AS nth_date,
        lag(hours) OVER (PARTITION BY category_id, category_name ORDER BY local_date) AS hours_before
    FROM (
        SELECT local_date, category_id, category_name, sum(watch_hours) AS hours
        FROM stream_facts
        GROUP BY local_date, category_id, category_name
    ) AS by_date
) AS changes
WHERE nth_date > 1 AND hours > hours_before
ORDER BY gain DESC, local_date, category_id, category_name
LIMIT 20;
