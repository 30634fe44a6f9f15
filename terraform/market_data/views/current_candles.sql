-- Each candle as the newest revision has it. Rows are only ever added, so an older row is what an earlier run saw.
SELECT * EXCEPT (removed)
FROM (
  SELECT *
  FROM `${dataset}.candles`
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY exchange, candle_type, pair, timeframe, opened_at
    ORDER BY recorded_at DESC
  ) = 1
)
WHERE NOT removed
