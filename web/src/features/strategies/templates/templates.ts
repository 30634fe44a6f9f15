import blank from './blank.py?raw'
import breakout from './breakout.py?raw'
import meanReversion from './mean-reversion.py?raw'
import movingAverages from './moving-averages.py?raw'
import trendFilter from './trend-filter.py?raw'

export interface Template {
  id: string
  title: string
  text: string
  timeframe: string
  code: string
}

/** Whole strategies to begin from. The repository's tests check each one and run it on simulated candles. */
export const TEMPLATES: readonly Template[] = [
  {
    id: 'moving-averages',
    title: 'Moving averages',
    text: 'Follows the trend: in when a fast average crosses above a slow one, out when it crosses back.',
    timeframe: '1h',
    code: movingAverages,
  },
  {
    id: 'mean-reversion',
    title: 'Mean reversion',
    text: 'Buys what fell below its Bollinger band while the RSI is low, and sells back at the average.',
    timeframe: '5m',
    code: meanReversion,
  },
  {
    id: 'breakout',
    title: 'Breakout',
    text: 'Buys a new high of many candles and trails a stop some average ranges below the price.',
    timeframe: '1h',
    code: breakout,
  },
  {
    id: 'trend-filter',
    title: 'Two timeframes',
    text: 'MACD crosses on 5-minute candles, taken only with the trend of the 1-hour candles.',
    timeframe: '5m',
    code: trendFilter,
  },
]

export const BLANK: Template = {
  id: 'blank',
  title: 'Blank',
  text: 'The methods that Freqtrade calls, with one indicator to replace.',
  timeframe: '5m',
  code: blank,
}
