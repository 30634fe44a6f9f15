-- Missing candles: from the first missing one, up to and without `until`.
SELECT
  exchange,
  candle_type,
  pair,
  timeframe,
  TIMESTAMP_ADD(opened_at, INTERVAL step_s SECOND) AS start,
  next_at AS until,
  DIV(TIMESTAMP_DIFF(next_at, opened_at, SECOND), step_s) - 1 AS candles
FROM (
  SELECT
    *,
    LEAD(opened_at) OVER (
      PARTITION BY exchange, candle_type, pair, timeframe
      ORDER BY opened_at
    ) AS next_at
  FROM `${dataset}.current_candles`
)
WHERE TIMESTAMP_DIFF(next_at, opened_at, SECOND) > step_s
