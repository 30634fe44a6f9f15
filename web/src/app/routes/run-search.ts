/** The words of the runs' addresses; apart from the runs' schemas, which load with their pages. */
import type { BreakdownName, RunState } from '@/features/runs/schemas'

export const RUN_STATES = [
  'queued',
  'starting',
  'running',
  'cancelling',
  'verifying',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly RunState[]

export const BREAKDOWNS = [
  'pairs',
  'enter_tags',
  'exit_reasons',
  'mixed_tags',
  'directions',
  'days',
  'weeks',
  'months',
  'years',
  'weekdays',
  'hours',
] as const satisfies readonly BreakdownName[]
