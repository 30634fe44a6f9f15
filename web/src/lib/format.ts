/** Numbers, money, times and durations as text. Everything is UTC, as candles are. */

const LOCALE = 'en-GB'
const MINUS = '−'

const dateFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const timeFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

const NONE = '–'

// Making a formatter takes a hundred times as long as using one, and charts format in every frame.
const numberFormats = new Map<string, Intl.NumberFormat>()

function decimalFormat(least: number, most: number): Intl.NumberFormat {
  const key = `${least}/${most}`
  const found =
    numberFormats.get(key) ??
    new Intl.NumberFormat(LOCALE, { minimumFractionDigits: least, maximumFractionDigits: most })
  numberFormats.set(key, found)
  return found
}

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value)
}

/** A number with a fixed count of decimals, a real minus sign, and "–" when there is none. */
export function formatNumber(value: number | null | undefined, decimals = 2): string {
  if (isMissing(value)) return NONE
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`
  const rounded = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value
  const text = decimalFormat(decimals, decimals).format(Math.abs(rounded))
  return rounded < 0 ? MINUS + text : text
}

/** The same with a plus sign on what is above zero, so that gain and loss differ without colour. */
export function formatSigned(value: number | null | undefined, decimals = 2): string {
  const text = formatNumber(value, decimals)
  return !isMissing(value) && value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text
}

/** A fraction as percent: 0.0512 → "5.12 %". */
export function formatPercent(fraction: number | null | undefined, decimals = 2): string {
  if (isMissing(fraction)) return NONE
  return `${formatNumber(fraction * 100, decimals)} %`
}

/** A fraction as signed percent: 0.0512 → "+5.12 %". */
export function formatSignedPercent(fraction: number | null | undefined, decimals = 2): string {
  if (isMissing(fraction)) return NONE
  return `${formatSigned(fraction * 100, decimals)} %`
}

/** How many decimals amounts of a currency have: 2 for dollars and their coins, 8 for others. */
export function moneyDecimals(currency: string): number {
  return /^(USD[A-Z]?|BUSD|FDUSD|DAI|EUR|GBP|TUSD|SIM)$/.test(currency) ? 2 : 8
}

/** An amount with its currency: "1,024.50 USDT". */
export function formatMoney(value: number | null | undefined, currency: string): string {
  if (isMissing(value)) return NONE
  return `${formatNumber(value, moneyDecimals(currency))} ${currency}`
}

/** An amount with sign and currency: "+24.50 USDT". */
export function formatSignedMoney(value: number | null | undefined, currency: string): string {
  if (isMissing(value)) return NONE
  return `${formatSigned(value, moneyDecimals(currency))} ${currency}`
}

/** A price with as many digits as it needs: six significant ones, at most ten decimals. */
export function formatPrice(value: number | null | undefined): string {
  if (isMissing(value)) return NONE
  const whole = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1
  const decimals = Math.min(10, Math.max(0, 6 - whole))
  return decimalFormat(0, decimals).format(value)
}

/** "3 Feb 2025", UTC. */
export function formatDate(time: Date | number | string): string {
  return dateFormat.format(new Date(time))
}

/** "3 Feb 2025, 14:05", UTC. */
export function formatDateTime(time: Date | number | string): string {
  return timeFormat.format(new Date(time))
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** A duration by its two largest units: 93,780 s → "1 d 2 h". */
export function formatDuration(seconds: number | null | undefined): string {
  if (isMissing(seconds)) return NONE
  const first = UNITS.findIndex(([size]) => Math.round(seconds) >= size)
  if (first === -1) return '0 s'
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [size, name] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${name}`)
  }
  return parts.join(' ')
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** "3 minutes ago". */
export function formatAgo(time: Date | number | string, now = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000
  const steps = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const
  for (const [size, unit] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return 'just now'
}

/** "1 trade", "2 trades". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count, 0)} ${count === 1 ? one : many}`
}
