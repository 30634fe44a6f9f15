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

/** Its code is compiled when it is chosen: a strategy without rules yet. */
export const BLOCKS: Template = {
  id: 'blocks',
  title: 'From blocks',
  text: 'Put rules together and watch them on a chart as you go, from nothing or from an example.',
  timeframe: '1h',
  code: '',
}

/** A class's name from what the user calls the strategy. */
export function classNameOf(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  const name = joined.replace(/^[0-9]+/, '').slice(0, 80)
  return name === '' ? 'MyStrategy' : name
}
