import { useMemo } from 'react'

import { TimeChart } from '@/components/chart/time-chart'
import { Panel } from '@/components/ui/panel'
import { formatPercent, formatSignedPercent } from '@/lib/format'

import { curveOf } from './curve'
import type { Result } from './result-schemas'

const growth = (value: number) => formatSignedPercent(value, 1)
const fall = (value: number) => formatPercent(value, 1)

/** The growth before and after the publication, with what holding the pairs would have brought. */
export function EquityPanel({ result }: { result: Result }) {
  const curve = useMemo(() => curveOf(result), [result])
  const lines = useMemo(
    () => [
      {
        label: 'Before publication',
        colour: '--series-3' as const,
        values: curve.before,
      },
      ...(curve.since === null
        ? []
        : [{ label: 'Since publication', colour: '--series-1' as const, values: curve.after }]),
      {
        label: 'Buy and hold',
        colour: '--series-2' as const,
        values: curve.held,
        isDashed: true,
      },
    ],
    [curve],
  )
  const falls = useMemo(
    () => [
      { label: 'Drawdown', colour: '--series-6' as const, values: curve.falls, isFilled: true },
    ],
    [curve],
  )
  const mark = useMemo(
    () => (curve.since === null ? null : { at: curve.since, text: 'since publication' }),
    [curve],
  )
  const bare = useMemo(() => mark && { ...mark, text: '' }, [mark])
  return (
    <Panel
      title="Growth"
      note={
        curve.since === null
          ? 'All of it is from before the publication: what the author could choose by. The first figures after it come within a day.'
          : 'The marked part came after the publication, when nothing could be chosen by it any more. It goes on from where the first part ended.'
      }
    >
      <TimeChart
        label="Growth of the balance before and since publication, and of buy and hold"
        times={curve.times}
        series={lines}
        height={280}
        format={growth}
        sync="listing"
        mark={mark}
      />
      <TimeChart
        label="Drawdown over time"
        times={curve.times}
        series={falls}
        height={130}
        format={fall}
        sync="listing"
        mark={bare}
      />
    </Panel>
  )
}
