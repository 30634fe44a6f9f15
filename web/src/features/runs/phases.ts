import type { PHASES, Run } from './schemas'

export type Step = 'queued' | 'starting' | (typeof PHASES)[number] | 'verifying'

/** What happens to a run, in order, in words. */
export const STEPS: readonly (readonly [step: Step, text: string])[] = [
  ['queued', 'Waiting in the queue'],
  ['starting', 'Starting a machine'],
  ['preparing', 'Loading Freqtrade and the strategy'],
  ['loading_data', 'Reading candles'],
  ['indicators', 'Computing indicators'],
  ['simulating', 'Simulating trades'],
  ['analysing', 'Writing the result'],
  ['uploading', 'Uploading the result'],
  ['verifying', 'Recomputing every trade'],
]

/** The step that a run is at. */
export function stepOf(run: Pick<Run, 'state' | 'progress'>): Step {
  if (run.state === 'queued' || run.state === 'starting' || run.state === 'verifying')
    return run.state
  return run.progress?.phase ?? 'preparing'
}

// Shares of the bar before and after what the job itself counts.
const BEFORE: Partial<Record<Step, number>> = { queued: 0, starting: 0.02 }
const JOB_FROM = 0.04
const JOB_UNTIL = 0.96

/** How far a run has come, from 0 to 1. */
export function fractionOf(run: Pick<Run, 'state' | 'progress'>): number {
  if (run.state === 'verifying') return 0.97
  const before = BEFORE[stepOf(run)]
  if (before !== undefined) return before
  return JOB_FROM + (JOB_UNTIL - JOB_FROM) * (run.progress?.fraction ?? 0)
}

/**
 * Seconds that are left, when the job goes on as fast as since its start; null while that is not known yet.
 * `since` and `now` are milliseconds.
 */
export function secondsLeft(fraction: number, since: number | null, now: number): number | null {
  if (since === null || fraction < 0.05 || now - since < 2_000) return null
  return ((now - since) / 1_000 / fraction) * (1 - fraction)
}

/** What ended a run, as a title. */
export const FAILURES: Readonly<Record<string, string>> = {
  strategy_error: 'The strategy raised an error',
  invalid_configuration: 'Freqtrade refused the settings',
  no_data: 'There are no candles for this request',
  out_of_memory: 'The strategy used too much memory',
  time_limit: 'The backtest took too long',
  process_limit: 'The strategy started too many processes',
  output_limit: 'The strategy wrote too much',
  sandbox_violation: 'The strategy tried what the sandbox forbids',
  result_refused: 'The result could not be verified',
  platform_error: 'We failed to run this',
}
