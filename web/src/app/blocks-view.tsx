import { lazy, Suspense } from 'react'

import { Skeleton } from '@/components/ui/skeleton'
import { Builder } from '@/features/builder/builder'
import type { PreviewChart } from '@/features/builder/preview/preview'

const Chart = lazy(async () => ({
  default: (await import('@/features/chart/preview-chart')).PreviewChart,
}))

interface BlocksViewProps {
  strategyId: string
  isShown: boolean
  code: string
  onCode: (code: string) => void
  onShowCode: () => void
}

const chart: PreviewChart = (props) => (
  <Suspense fallback={<Skeleton height="20rem" />}>
    <Chart {...props} />
  </Suspense>
)

/** The builder with the chart that it previews on. */
export default function BlocksView(props: BlocksViewProps) {
  return <Builder {...props} chart={chart} />
}
