import { formatDuration, formatNumber, formatPercent, formatSignedPercent } from '@/lib/format'

/** A figure that runs are compared by. Figures have Freqtrade's names. */
export interface Metric {
  figure: string
  title: string
  /** Which is better; null when neither is. */
  better: 'high' | 'low' | null
  format: (value: number | null | undefined) => string
}

const whole = (value: number | null | undefined) => formatNumber(value, 0)
const ratio = (value: number | null | undefined) => formatNumber(value, 2)
const percent = (value: number | null | undefined) => formatPercent(value)
const signed = (value: number | null | undefined) => formatSignedPercent(value)

export const METRICS: readonly Metric[] = [
  { figure: 'profit_total', title: 'Profit of closed trades', better: 'high', format: signed },
  { figure: 'cagr', title: 'Profit a year (CAGR)', better: 'high', format: signed },
  { figure: 'max_drawdown_account', title: 'Deepest drawdown', better: 'low', format: percent },
  { figure: 'sharpe', title: 'Sharpe', better: 'high', format: ratio },
  { figure: 'sortino', title: 'Sortino', better: 'high', format: ratio },
  { figure: 'calmar', title: 'Calmar', better: 'high', format: ratio },
  { figure: 'sqn', title: 'System quality number', better: 'high', format: ratio },
  { figure: 'profit_factor', title: 'Profit factor', better: 'high', format: ratio },
  { figure: 'expectancy_ratio', title: 'Expectancy ratio', better: 'high', format: ratio },
  { figure: 'total_trades', title: 'Trades', better: null, format: whole },
  { figure: 'trades_per_day', title: 'Trades a day', better: null, format: ratio },
  { figure: 'winrate', title: 'Won trades', better: 'high', format: percent },
  { figure: 'profit_mean', title: 'Mean profit a trade', better: 'high', format: signed },
  { figure: 'profit_median', title: 'Median profit a trade', better: 'high', format: signed },
  {
    figure: 'max_consecutive_wins',
    title: 'Longest row of wins',
    better: 'high',
    format: whole,
  },
  {
    figure: 'max_consecutive_losses',
    title: 'Longest row of losses',
    better: 'low',
    format: whole,
  },
  { figure: 'winning_days', title: 'Days with profit', better: 'high', format: whole },
  { figure: 'losing_days', title: 'Days with loss', better: 'low', format: whole },
  {
    figure: 'holding_avg_s',
    title: 'Mean holding time',
    better: null,
    format: (value) => formatDuration(value),
  },
  { figure: 'p_value', title: 'p-value of the mean profit', better: null, format: percent },
]

/** Which runs are best at a metric; none when all are equal or fewer than two are known. */
export function bestOf(
  metric: Metric,
  values: readonly (number | null | undefined)[],
): Set<number> {
  const known = values.filter((value): value is number => typeof value === 'number')
  if (metric.better === null || known.length < 2) return new Set()
  const best = metric.better === 'high' ? Math.max(...known) : Math.min(...known)
  if (known.every((value) => value === best)) return new Set()
  return new Set(values.flatMap((value, index) => (value === best ? [index] : [])))
}
