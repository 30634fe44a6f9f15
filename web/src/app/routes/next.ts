import { z } from 'zod'

/** Where to go after signing in: a path of this site, never another one. */
export const nextSchema = z.object({
  next: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
})
