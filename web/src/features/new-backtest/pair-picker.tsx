import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { formatDate, formatPrice, plural } from '@/lib/format'

import type { Coverage } from './api'
import { CoverageBar, wholeSpan } from './coverage-bar'
import styles from './new-backtest.module.css'
import { stakeCurrency } from './plan'

interface PairPickerProps {
  /** One file per pair: those of the exchange, trading mode and timeframe. */
  files: readonly Coverage[]
  chosen: readonly string[]
  onChange: (pairs: string[]) => void
  error: string | undefined
}

/** Pairs with their coverage: searched, ticked one by one or all of one stake currency at once. */
export function PairPicker({ files, chosen, onChange, error }: PairPickerProps) {
  const [search, setSearch] = useState('')
  const span = wholeSpan(files)
  const found = files.filter((file) => file.pair.toLowerCase().includes(search.toLowerCase()))
  const hasSteps = files.some((file) => tickSize(file) !== undefined)
  const currencies = [...new Set(files.map((file) => stakeCurrency(file.pair)))]
  const toggle = (pair: string, isChosen: boolean) =>
    onChange(isChosen ? [...chosen, pair] : chosen.filter((each) => each !== pair))
  return (
    <div>
      <div className={styles['tools']}>
        <TextField
          label="Search pairs"
          type="search"
          value={search}
          error={error}
          hint={`${plural(chosen.length, 'pair')} chosen of ${files.length}`}
          onChange={(event) => setSearch(event.target.value)}
        />
        {currencies.map((currency) => (
          <Button
            key={currency}
            onClick={() =>
              onChange(
                files.map((file) => file.pair).filter((pair) => stakeCurrency(pair) === currency),
              )
            }
          >
            All against {currency}
          </Button>
        ))}
        <Button look="quiet" onClick={() => onChange([])}>
          None
        </Button>
      </div>
      {found.length === 0 && <p className={styles['note']}>No pair fits “{search}”.</p>}
      <fieldset>
        <legend className="visually-hidden">Pairs</legend>
        <div className={styles['pairs']}>
          {found.map((file) => (
            <label key={file.pair} className={styles['pair']}>
              <input
                type="checkbox"
                checked={chosen.includes(file.pair)}
                onChange={(event) => toggle(file.pair, event.target.checked)}
              />
              <span>
                {file.pair}
                {isGone(file) && <span className={styles['note']}> delisted</span>}
              </span>
              {span !== null && <CoverageBar file={file} span={span} />}
              {hasSteps && (
                <span aria-hidden className={styles['step']}>
                  {tickSize(file) !== undefined && `step ${formatPrice(tickSize(file))}`}
                </span>
              )}
              <span className="visually-hidden">{coverageText(file)}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  )
}

/** Its candles stay when an exchange takes a pair away. */
function isGone({ listing }: Coverage): boolean {
  return listing?.isActive === false
}

/** The step in which its prices moved last, as far as the store knows it. */
function tickSize({ tickSizes }: Coverage): number | undefined {
  return tickSizes?.at(-1)?.tickSize
}

function coverageText(file: Coverage): string {
  const missing = file.missingCandles === 0 ? 'no gaps' : `${file.missingCandles} candles missing`
  const flagged = file.findings
    .filter(({ action }) => action === 'flagged')
    .reduce((sum, { candles }) => sum + candles, 0)
  const odd = flagged === 0 ? '' : `, ${plural(flagged, 'candle')} flagged`
  const span = `${formatDate(file.start)} to ${formatDate(file.until)}`
  const gone = isGone(file) ? `, last listed on ${formatDate(file.listing?.lastSeen ?? '')}` : ''
  const step = tickSize(file)
  const steps = step === undefined ? '' : `, prices move in steps of ${formatPrice(step)}`
  return `${span}, ${missing}${odd}${gone}${steps}`
}
