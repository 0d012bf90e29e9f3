-- Quality: refused rows by date and reason.
SELECT dt, reason, count(*) AS refused
FROM quarantine
GROUP BY dt, reason
ORDER BY dt, refused DESC, reason;
