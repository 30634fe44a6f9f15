import { z } from 'zod'

/** RFC 9457, as the API sends it. `errors` maps a field's path to what is wrong with it. */
export const problemSchema = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .catch(undefined),
  requestId: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** The API refused or failed. `message` is fit for the user. */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds after which the same request may work, when the API said so. */
    readonly retryAfterS?: number,
  ) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
  }

  get status(): number {
    return this.problem.status
  }

  /** Whether the same request may work later. */
  get isTransient(): boolean {
    return this.status === 429 || this.status >= 500
  }
}

/** No answer came: the net is down, or the server is. */
export class NetworkError extends Error {
  constructor(cause?: unknown) {
    super(
      'No connection to Candlewick. Your work is kept; this page goes on when the net is back.',
      {
        cause,
      },
    )
    this.name = 'NetworkError'
  }
}

/** An answer had a shape that this build of the app does not know. */
export class UnexpectedReplyError extends Error {
  constructor(path: string, cause?: unknown) {
    super('Candlewick was updated while this page was open. Reload the page.', { cause })
    this.name = 'UnexpectedReplyError'
    this.path = path
  }

  readonly path: string
}

/** Signing in did not work, or the session is over. `message` is fit for the user. */
export class SignInError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SignInError'
  }
}

/** A guest's Google or e-mail account is another Candlewick account already. */
export class OtherAccountError extends SignInError {
  constructor(cause: unknown) {
    super(
      'There is a Candlewick account for this Google account already, so your work as a guest cannot ' +
        'go into it. Nothing was changed: you are still the guest.',
      { cause },
    )
    this.name = 'OtherAccountError'
  }
}

/** A sentence for the user about whatever was thrown; never a stack trace. */
export function sentenceOf(error: unknown): string {
  const known = [ApiError, NetworkError, SignInError, UnexpectedReplyError]
  if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message
  return 'Something went wrong on this page. Reload it; if it happens again, report it with the time.'
}
