import { Change } from '@/components/ui/change'
import { formatDateTime, formatPrice, formatSignedPercent } from '@/lib/format'

import styles from './chart.module.css'
import { colourOf } from './colours'
import { type CursorStore, useCursor } from './cursor-store'
import { usePalette } from './palette'
import type { PlotPane } from './plot-lines'
import { priceText } from './price-format'

interface LegendProps {
  store: CursorStore
  panes: readonly PlotPane[]
}

/** The values under the cursor: candle first, then each indicator in its colour. */
export function Legend({ store, panes }: LegendProps) {
  const cursor = useCursor(store)
  if (cursor === null) {
    return <p className={styles['legend']}>Move over the chart to read its values.</p>
  }
  const { bars, index } = cursor
  const bar = bars.bar(index)
  return (
    <dl className={styles['legend']}>
      <Value name="Opened" text={formatDateTime(bars.timeOf(index))} />
      <Value name="O" text={priceText(bar?.open, bars.tickSize)} />
      <Value name="H" text={priceText(bar?.high, bars.tickSize)} />
      <Value name="L" text={priceText(bar?.low, bars.tickSize)} />
      <Value name="C" text={priceText(bar?.close, bars.tickSize)} />
      {bar !== null && (
        <div>
          <dt className="visually-hidden">Change</dt>
          <dd>
            <Change
              value={bar.close - bar.open}
              text={formatSignedPercent(bar.close / bar.open - 1)}
            />
          </dd>
        </div>
      )}
      <Value name="Vol" text={formatPrice(bar?.volume)} />
      <Indicators store={store} panes={panes} />
    </dl>
  )
}

function Indicators({ store, panes }: LegendProps) {
  const cursor = useCursor(store)
  const palette = usePalette()
  return panes.flatMap((pane) =>
    pane.lines.map((line, number) => (
      <div key={`${pane.title ?? ''}/${line.column}`}>
        <dt>
          <span
            aria-hidden
            className={styles['swatch']}
            style={{ background: colourOf(line, number, palette) }}
          />
          {line.column}
        </dt>
        <dd>{formatPrice(cursor?.bars.columns.get(line.column)?.[cursor.index])}</dd>
      </div>
    )),
  )
}

function Value({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  )
}
