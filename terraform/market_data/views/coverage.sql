-- From when to when the candles of a pair reach, and how many are missing between.
SELECT
  exchange,
  candle_type,
  pair,
  timeframe,
  COUNT(*) AS candles,
  MIN(opened_at) AS start,
  TIMESTAMP_ADD(MAX(opened_at), INTERVAL ANY_VALUE(step_s) SECOND) AS until,
  DIV(TIMESTAMP_DIFF(MAX(opened_at), MIN(opened_at), SECOND), ANY_VALUE(step_s)) + 1 - COUNT(*) AS missing_candles
FROM `${dataset}.current_candles`
GROUP BY exchange, candle_type, pair, timeframe
