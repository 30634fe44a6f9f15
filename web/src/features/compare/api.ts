import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const versionSchema = z.object({ number: z.number(), code: z.string().nullable() })

export type VersionIsCurrent = Fits<z.input<typeof versionSchema>, ApiView<'VersionView'>>

/** The code of a version, which never changes. */
export function codeQuery(strategyId: string, version: number) {
  return queryOptions({
    queryKey: ['strategies', strategyId, 'code', version],
    queryFn: async ({ signal }) => {
      const path = `/strategies/${strategyId}/versions/${version}`
      return (await request(path, versionSchema, { signal })).code ?? ''
    },
    staleTime: Infinity,
  })
}
