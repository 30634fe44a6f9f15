import { lazy, Suspense } from 'react'

import { Skeleton } from '@/components/ui/skeleton'

import type { TimeChartProps } from './plot'

const Plot = lazy(() => import('./plot'))

/** A chart over time on a canvas; its library is loaded with the first one. Give it a table twin. */
export function TimeChart(props: TimeChartProps) {
  return (
    <Suspense fallback={<Skeleton height={`${props.height}px`} />}>
      <Plot {...props} />
    </Suspense>
  )
}
