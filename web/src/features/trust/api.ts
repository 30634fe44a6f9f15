import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const column = z.array(z.number())

const findingSchema = z.object({
  name: z.string(),
  weight: z.enum(['good', 'doubtful', 'weak', 'failed']),
  text: z.string(),
  /** The line of the strategy's code that causes it. */
  line: z.number().nullable(),
})
export type Finding = z.infer<typeof findingSchema>

/** How much to believe a result. Shares and probabilities are fractions, balances stake currency. */
export const trustSchema = z.object({
  grade: z.enum(['A', 'B', 'C', 'D', 'F']),
  findings: z.array(findingSchema),
  fan: z
    .object({ steps: column, low: column, middle: column, high: column, loss: z.number() })
    .nullable(),
  falls: z.object({ low: z.number(), middle: z.number(), high: z.number() }).nullable(),
  breakEven: z.number().nullable(),
  /** The net profit with each order that many basis points (0.01 %) dearer. */
  costs: z.array(z.object({ basisPoints: z.number(), profit: z.number() })),
  trials: z.number(),
  deflated: z.number().nullable(),
  overfitting: z.number().nullable(),
  notExamined: z.array(z.string()),
})
export type Trust = z.infer<typeof trustSchema>
export type TrustIsCurrent = Fits<z.input<typeof trustSchema>, ApiView<'TrustView'>>

export const trustQueries = {
  /** Other runs of the strategy change what it says, so it is asked for again. */
  of: (runId: string) =>
    queryOptions({
      queryKey: ['trust', runId],
      queryFn: () => request(`/backtests/${runId}/trust`, trustSchema),
      staleTime: 60_000,
    }),
}
