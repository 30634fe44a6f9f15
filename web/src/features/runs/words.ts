/** The words of the runs' addresses; apart from the runs' schemas, which load with their pages. */

export const RUN_STATES = [
  'queued',
  'starting',
  'running',
  'cancelling',
  'verifying',
  'succeeded',
  'failed',
  'cancelled',
] as const

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
] as const
export type BreakdownName = (typeof BREAKDOWNS)[number]
