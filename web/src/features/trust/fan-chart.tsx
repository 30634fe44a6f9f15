import { Table } from '@/components/ui/table'
import { formatMoney, formatPercent } from '@/lib/format'

import type { Trust } from './api'
import styles from './trust.module.css'

const WIDTH = 1_000
const HEIGHT = 260

interface FanChartProps {
  fan: NonNullable<Trust['fan']>
  start: number
  currency: string
}

/** Where nine of ten draws of the trades lie, and the middle one. */
export function FanChart({ fan, start, currency }: FanChartProps) {
  const lowest = Math.min(start, ...fan.low)
  const highest = Math.max(start, ...fan.high)
  const last = fan.steps.at(-1) ?? 1
  const point = (step: number, value: number) =>
    `${(step / last) * WIDTH},${HEIGHT - ((value - lowest) / (highest - lowest || 1)) * HEIGHT}`
  const line = (values: readonly number[]) =>
    [point(0, start), ...fan.steps.map((step, index) => point(step, values[index] ?? start))].join(
      ' ',
    )
  const area = `${line(fan.high)} ${line(fan.low).split(' ').reverse().join(' ')}`
  const zero = point(0, start).split(',')[1]
  return (
    <>
      <svg
        className={styles['fan']}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Balance after ${last} trades: from ${formatMoney(fan.low.at(-1), currency)} to ${formatMoney(fan.high.at(-1), currency)} in nine of ten draws`}
      >
        <polygon points={area} className={styles['area']} />
        <line x1={0} x2={WIDTH} y1={zero} y2={zero} className={styles['start']} />
        <polyline points={line(fan.middle)} className={styles['middle']} />
      </svg>
      <Table caption="Balance at the end of 2,000 draws">
        <tbody>
          {(
            [
              ['One in twenty ends below', formatMoney(fan.low.at(-1), currency)],
              ['Half end below', formatMoney(fan.middle.at(-1), currency)],
              ['One in twenty ends above', formatMoney(fan.high.at(-1), currency)],
              ['Draws that end with a loss', formatPercent(fan.loss, 1)],
            ] as const
          ).map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-kind="number">{text}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  )
}
