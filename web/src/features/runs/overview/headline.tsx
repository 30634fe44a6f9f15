import { Change } from '@/components/ui/change'
import { Figure, Figures } from '@/components/ui/figures'
import {
  formatMoney,
  formatNumber,
  formatPercent,
  formatSignedMoney,
  formatSignedPercent,
} from '@/lib/format'

import type { Run, Summary } from '../schemas'

const UNDEFINED = -100 // Freqtrade's mark for a ratio without a denominator

function defined(value: number | null | undefined): number | null {
  return value === undefined || value === UNDEFINED ? null : value
}

interface HeadlineProps {
  run: Pick<Run, 'spec'>
  summary: Summary
  /** Growth of buy and hold, a fraction. */
  held: number | null
}

/** The figures that matter first, each with a plain explanation. */
export function Headline({ run, summary, held }: HeadlineProps) {
  const { closedTrades, balance } = summary.verified
  const { startingBalance, finalBalance } = summary.period
  const currency = run.spec.stakeCurrency
  const growth = finalBalance / startingBalance - 1
  const ahead = held === null ? null : growth - held
  return (
    <Figures>
      <Figure
        name="Profit"
        about="What the wallet gained or lost, open positions at their last price, fees paid."
        isLarge
      >
        <Change value={growth} text={formatSignedPercent(growth)} hasArrow />
        <small>{formatSignedMoney(finalBalance - startingBalance, currency)}</small>
      </Figure>
      <Figure
        name="Against buy and hold"
        about="Percentage points that the strategy is ahead of (or behind) holding all its pairs in equal stakes."
        isLarge
      >
        <Change value={ahead} text={formatSignedPercent(ahead)} hasArrow />
        <small>buy and hold {formatSignedPercent(held)}</small>
      </Figure>
      <Figure
        name="Deepest drawdown"
        about="The deepest fall of the balance from a high before it. You would have had to sit through this."
      >
        {formatPercent(balance['max_drawdown_account'])}
        <small>{formatMoney(balance['max_drawdown_abs'], currency)}</small>
      </Figure>
      <Figure name="Trades" about="Closed trades, and how many of them won after fees.">
        {formatNumber(closedTrades['total_trades'], 0)}
        <small>{formatPercent(closedTrades['winrate'], 1)} won</small>
      </Figure>
      <Figure
        name="Profit factor"
        about="How much was won for each unit that was lost. Above 1 is a profit; 1.5 is good."
      >
        {formatNumber(closedTrades['losses'] === 0 ? null : closedTrades['profit_factor'])}
      </Figure>
      <Figure
        name="Sharpe"
        about="Return for each unit of fluctuation, from the balance at each day’s end, for a year. Above 1 is good, above 2 very good; in short runs it is mostly luck."
      >
        {formatNumber(defined(balance['sharpe']))}
      </Figure>
      <Figure
        name="Time in the market"
        about="The share of candles with at least one open position. Less is less risk for the same profit."
      >
        {formatPercent(balance['exposure'], 1)}
      </Figure>
    </Figures>
  )
}
