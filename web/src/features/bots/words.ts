import type { Tone } from '@/components/ui/badge'

export const MODES = ['paper', 'live', 'signals', 'replay'] as const
export const WANTED = ['running', 'paused', 'stopped'] as const
export const PHASES = ['starting', 'reconciling', 'running', 'paused', 'held', 'stopping'] as const
export const OUTCOMES = [
  'entered',
  'no_signal',
  'held_back',
  'in_trade',
  'exited',
  'no_data',
  'signalled',
] as const
export const COMMAND_STATES = ['pending', 'done', 'refused', 'expired'] as const
export const JOURNAL_STATES = [
  'intended',
  'open',
  'closed',
  'cancelled',
  'rejected',
  'lost',
] as const
export const EVENTS = [
  'started',
  'stopped',
  'entry',
  'exit',
  'signal',
  'error',
  'limit_reached',
  'key_trouble',
  'silent',
] as const

export type Mode = (typeof MODES)[number]

export function needsKey(mode: Mode): boolean {
  return mode === 'live' || mode === 'replay'
}

/** Whether there are orders, a drawdown and a day's result to count, and so to hold to limits. */
export function isCounted(mode: Mode): boolean {
  return mode !== 'signals'
}

export const MODE_WORDS: Record<Mode, string> = {
  paper: 'Paper money',
  live: 'Real money',
  signals: 'Signals only',
  replay: 'Replay of history',
}

export const MODE_HINTS: Record<Mode, string> = {
  paper: 'Trades with paper money at live prices. No order leaves the platform.',
  live: 'Buys and sells on the exchange with the key that you choose.',
  signals: 'Tells you what the strategy would do, and never orders.',
  replay: 'Sends real orders to a simulated exchange that replays history.',
}

export const OUTCOME_WORDS: Record<(typeof OUTCOMES)[number], string> = {
  entered: 'Entered',
  no_signal: 'No signal',
  held_back: 'Held back',
  in_trade: 'In a trade',
  exited: 'Exited',
  no_data: 'No candle',
  signalled: 'Told you',
}

export const EVENT_WORDS: Record<(typeof EVENTS)[number], string> = {
  started: 'it starts',
  stopped: 'it stops',
  entry: 'it enters a trade',
  exit: 'it closes a trade',
  signal: 'it sees a signal',
  error: 'it has a problem',
  limit_reached: 'a limit is reached',
  key_trouble: 'the exchange refuses its key',
  silent: 'it is silent for 3 minutes',
}

export const EVENT_HEADS: Record<(typeof EVENTS)[number], string> = {
  started: 'Started',
  stopped: 'Stopped',
  entry: 'Entered',
  exit: 'Closed',
  signal: 'Signal',
  error: 'Problem',
  limit_reached: 'Limit reached',
  key_trouble: 'Key trouble',
  silent: 'Silent',
}

interface Standing {
  text: string
  tone: Tone
  /** Something is under way, so that the page asks again soon. */
  isMoving: boolean
}

interface Parts {
  wanted: (typeof WANTED)[number]
  phase: (typeof PHASES)[number] | null
  operation: { kind: 'none' | 'starting' | 'stopping' | 'deleting' }
  silentSince: string | null
}

const PHASE_STANDINGS: Record<(typeof PHASES)[number], Standing> = {
  starting: { text: 'Starting', tone: 'info', isMoving: true },
  reconciling: { text: 'Comparing books', tone: 'info', isMoving: true },
  running: { text: 'Running', tone: 'gain', isMoving: false },
  paused: { text: 'Paused', tone: 'warning', isMoving: false },
  held: { text: 'Limit reached', tone: 'loss', isMoving: false },
  stopping: { text: 'Stopping', tone: 'info', isMoving: true },
}

/** A bot's state in one word, out of what is wanted, what is done about it and what it says itself. */
export function standingOf({ wanted, phase, operation, silentSince }: Parts): Standing {
  if (operation.kind === 'stopping' || operation.kind === 'deleting') {
    return PHASE_STANDINGS.stopping
  }
  if (operation.kind === 'starting') return PHASE_STANDINGS.starting
  if (wanted === 'stopped') return { text: 'Stopped', tone: 'neutral', isMoving: false }
  if (silentSince !== null) return { text: 'Silent', tone: 'loss', isMoving: false }
  return phase === null ? PHASE_STANDINGS.starting : PHASE_STANDINGS[phase]
}
