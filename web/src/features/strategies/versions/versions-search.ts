import { z } from 'zod'

/** A version or a line, counted from 1. */
export const countSchema = z.number().int().positive().optional().catch(undefined)

/** Which two versions are compared, and how. */
export const versionsSearchSchema = z.object({
  from: countSchema,
  to: countSchema,
  view: z.enum(['split', 'inline']).optional().catch(undefined),
})
export type VersionsSearch = z.infer<typeof versionsSearchSchema>
