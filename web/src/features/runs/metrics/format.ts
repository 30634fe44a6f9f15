import { formatDuration, formatMoney, formatNumber, formatPercent } from '@/lib/format'

import type { Unit } from './metric'
import type { Maybe } from './stats'

/** A metric's value as it is shown. */
export function formatValue(value: Maybe, unit: Unit, currency: string): string {
  if (value === null) return '–'
  switch (unit) {
    case 'money':
      return formatMoney(value, currency)
    case 'percent':
      return formatPercent(value)
    case 'count':
      return formatNumber(value, 0)
    case 'candles':
      return formatNumber(value, 1)
    case 'duration':
      return formatDuration(value)
    case 'ratio':
      return formatNumber(value, Math.abs(value) < 0.1 ? 4 : 2)
  }
}
