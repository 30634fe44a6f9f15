import { Change } from '@/components/ui/change'
import { Figure, Figures } from '@/components/ui/figures'
import { formatMoney, formatNumber, formatPercent, formatSignedMoney } from '@/lib/format'

import type { Bot } from './schemas'
import { isCounted } from './words'

/** What a bot has, and how near it is to its limits. */
export function BotFigures({ bot }: { bot: Bot }) {
  const { figures, limits, stakeCurrency: currency } = bot
  const most = bot.stakeAmount === null ? null : bot.stakeAmount * bot.maxOpenTrades
  return (
    <Figures>
      <Figure
        name="Balance"
        about="Cash and positions at their last price. The platform counts them from the exchange’s fills; paper money is as the bot tells it."
        isLarge
      >
        {formatMoney(figures?.balance, currency)}
        <small>{formatMoney(figures?.free, currency)} free</small>
      </Figure>
      {isCounted(bot.mode) ? <Counted bot={bot} /> : <OpenProfit bot={bot} />}
      <Figure name="Bound" about="What open trades and open buy orders bind.">
        {formatMoney(figures?.openStake, currency)}
        <small>
          {formatNumber(figures?.openTrades.length, 0)} of {bot.maxOpenTrades} trades
          {most === null ? '' : `, ${formatMoney(most, currency)} at most`}
        </small>
      </Figure>
      {isCounted(bot.mode) && (
        <Figure name="Orders today" about="Orders sent since midnight UTC.">
          {formatNumber(figures?.ordersToday, 0)}
          <small>{limits.maxOrdersPerMinute} a minute at most</small>
        </Figure>
      )}
    </Figures>
  )
}

function Counted({ bot: { figures, limits, stakeCurrency: currency } }: { bot: Bot }) {
  return (
    <>
      <Figure
        name="Today"
        about="What was gained or lost since midnight UTC, open trades at their last price."
        isLarge
      >
        <Change
          value={figures?.dayProfit ?? null}
          text={formatSignedMoney(figures?.dayProfit, currency)}
          hasArrow
        />
        <small>
          {limits.maxDailyLoss === null
            ? 'no limit of loss'
            : `stops buying at −${formatMoney(limits.maxDailyLoss, currency)}`}
        </small>
      </Figure>
      <Figure name="Drawdown" about="How far the balance is below its highest since the start.">
        {formatPercent(figures?.drawdown)}
        <small>
          {limits.maxDrawdown === null ? 'no limit' : `limit ${formatPercent(limits.maxDrawdown)}`}
        </small>
      </Figure>
    </>
  )
}

function OpenProfit({ bot: { figures, stakeCurrency: currency } }: { bot: Bot }) {
  return (
    <Figure
      name="Open profit"
      about="What open trades have gained or lost at their last price."
      isLarge
    >
      <Change
        value={figures?.dayProfit ?? null}
        text={formatSignedMoney(figures?.dayProfit, currency)}
        hasArrow
      />
      <small>of open trades</small>
    </Figure>
  )
}
