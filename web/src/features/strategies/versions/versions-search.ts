import { z } from 'zod'

const number = z.number().int().positive().optional().catch(undefined)

/** Which two versions are compared, and how. */
export const versionsSearchSchema = z.object({
  from: number,
  to: number,
  view: z.enum(['split', 'inline']).optional().catch(undefined),
})
export type VersionsSearch = z.infer<typeof versionsSearchSchema>
