-- What is odd about the candles of a pair: counted in the candles, and found by cleaning before they were stored.
WITH counted AS (
  SELECT
    exchange,
    candle_type,
    pair,
    timeframe,
    COUNT(*) AS candles,
    -- Nothing is traded at mark prices.
    COUNTIF(volume = 0 AND candle_type != 'mark') AS without_volume,
    COUNTIF(high = low) AS without_movement
  FROM `${dataset}.current_candles`
  GROUP BY exchange, candle_type, pair, timeframe
),
newest AS (
  SELECT *
  FROM `${dataset}.series`
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY exchange, candle_type, pair, timeframe
    ORDER BY recorded_at DESC
  ) = 1
),
found AS (
  SELECT
    exchange,
    candle_type,
    pair,
    timeframe,
    revision,
    SUM(IF(action = 'flagged', count, 0)) AS flagged,
    SUM(IF(action = 'removed', count, 0)) AS removed,
    SUM(IF(action = 'converted', count, 0)) AS converted
  FROM `${dataset}.findings`
  GROUP BY exchange, candle_type, pair, timeframe, revision
)
SELECT
  counted.*,
  newest.missing_candles,
  COALESCE(found.flagged, 0) AS flagged,
  COALESCE(found.removed, 0) AS removed,
  COALESCE(found.converted, 0) AS converted
FROM counted
JOIN newest USING (exchange, candle_type, pair, timeframe)
LEFT JOIN found USING (exchange, candle_type, pair, timeframe, revision)
