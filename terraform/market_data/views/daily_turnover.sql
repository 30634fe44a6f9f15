-- What was traded in a pair on a day, in the quote currency: volume at each candle's average price, by the shortest candles there are.
WITH shortest AS (
  SELECT exchange, candle_type, pair, MIN(step_s) AS step_s
  FROM `${dataset}.current_candles`
  WHERE candle_type IN ('spot', 'futures')
  GROUP BY exchange, candle_type, pair
)
SELECT
  DATE(opened_at) AS day,
  exchange,
  candle_type,
  pair,
  SUM(volume * (open + high + low + close) / 4) AS turnover,
  COUNT(*) AS candles
FROM `${dataset}.current_candles`
JOIN shortest USING (exchange, candle_type, pair, step_s)
GROUP BY day, exchange, candle_type, pair
