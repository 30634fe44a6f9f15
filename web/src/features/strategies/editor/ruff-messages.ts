/** What goes to the Ruff worker and comes back. Lines count from 1, columns from 1. */
export type RuffRequest = { id: number; do: 'check' | 'format'; code: string }

export interface RuffFinding {
  code: string | null
  message: string
  start_location: { row: number; column: number }
  end_location: { row: number; column: number }
}

export type RuffReply =
  | { id: number; findings: RuffFinding[] }
  | { id: number; code: string }
  | { id: number; failure: string }
