import { formatNumber, formatSigned, moneyDecimals, plural } from '@/lib/format'

import type { MissingFunding } from './certificate'

const DECIMALS = 4 // payments of small positions are parts of a cent

const NOTHING: MissingFunding = {
  ...{ amount: null, payments: 0, atCandlePrice: 0 },
  ...{ estimate: null, estimated: 0, unknown: 0 },
}

export function sumOfMissing(all: readonly MissingFunding[]): MissingFunding {
  return all.reduce(
    (sum, each) => ({
      amount: added(sum.amount, each.amount),
      payments: sum.payments + each.payments,
      atCandlePrice: sum.atCandlePrice + each.atCandlePrice,
      estimate: added(sum.estimate, each.estimate),
      estimated: sum.estimated + each.estimated,
      unknown: sum.unknown + each.unknown,
    }),
    NOTHING,
  )
}

/** What is missing in few words: "−1.2300 USDT, about −0.4000 USDT, 2 payments unknown". */
export function missingInShort(of: MissingFunding, currency: string): string {
  return listed([
    of.amount !== null && money(of.amount, currency),
    of.estimate !== null && `about ${money(of.estimate, currency)}`,
    of.unknown > 0 && `${plural(of.unknown, 'payment')} unknown`,
  ])
}

/** The same as a cell has room for, whose heading names the currency: "−1.2300, ≈ −0.4000, 2 unknown". */
export function missingInCell(of: MissingFunding | null, currency: string): string {
  if (of === null) return '–'
  return listed([
    of.amount !== null && signed(of.amount, currency),
    of.estimate !== null && `≈ ${signed(of.estimate, currency)}`,
    of.unknown > 0 && `${formatNumber(of.unknown, 0)} unknown`,
  ])
}

const listed = (parts: readonly (string | false)[]) =>
  parts.filter((each) => each !== false).join(', ') || '0'

/** How much funding all trades lack, and how that is known. */
export function MissingOfTrades({ of, currency }: { of: MissingFunding; currency: string }) {
  if (of.payments + of.estimated + of.unknown === 0) return null
  return (
    <p>
      {of.amount !== null && (
        <>
          <strong>Funding that trades lack: {money(of.amount, currency)}</strong>; below zero is
          what they would have paid. {standIns(of)}
        </>
      )}
      {of.estimate !== null && (
        <>
          For {plural(of.estimated, 'payment')} the rate is missing: about{' '}
          {money(of.estimate, currency)}, an estimate at the median of the rates within three
          days.{' '}
        </>
      )}
      {of.unknown > 0 && (
        <>
          How much {plural(of.unknown, 'payment')} would have been is unknown: there are too few
          rates around.
        </>
      )}
    </p>
  )
}

function standIns({ payments, atCandlePrice }: MissingFunding): string {
  if (atCandlePrice === 0) return ''
  const which =
    atCandlePrice === payments
      ? 'the mark price'
      : `${plural(atCandlePrice, 'mark price')} of ${String(payments)}`
  return `The candles’ price stands in for ${which}. `
}

const added = (one: number | null, other: number | null) =>
  one === null && other === null ? null : (one ?? 0) + (other ?? 0)

const signed = (value: number, currency: string) =>
  formatSigned(value, Math.max(DECIMALS, moneyDecimals(currency)))

const money = (value: number, currency: string) => `${signed(value, currency)} ${currency}`
