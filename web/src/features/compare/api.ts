import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import type { components } from '@/generated/api'
import { request } from '@/lib/api'

const versionSchema = z.object({ number: z.number(), code: z.string().nullable() })

/** Does not compile when what the API says it sends no longer fits what is parsed here. */
type Fits<_Schema, _View extends _Schema> = true
export type VersionIsCurrent = Fits<
  z.input<typeof versionSchema>,
  components['schemas']['VersionView']
>

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
