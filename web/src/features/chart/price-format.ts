import type { PriceFormatCustom } from 'lightweight-charts'

import { formatNumber, formatPrice } from '@/lib/format'

/** A price of a pair with all decimals of the step in which its prices move, where that is known. */
export function priceText(value: number | null | undefined, tickSize: number | null): string {
  if (tickSize === null) return formatPrice(value)
  return formatNumber(value, Math.max(0, Math.ceil(-Math.log10(tickSize) - 1e-9)))
}

/** The same for the chart's scale, which then also stands on these steps. */
export function priceFormatOf(tickSize: number | null): PriceFormatCustom {
  return {
    type: 'custom',
    formatter: (value: number) => priceText(value, tickSize),
    minMove: tickSize ?? 1e-10,
  }
}
