/** What a comparison needs of a run; the route fills it from the run's own data. */
export interface ComparedRun {
  id: string
  name: string
  strategyId: string
  version: number
  /** Settings by their title, as text. */
  settings: Readonly<Record<string, string>>
  /** Null while they are loading, or when the run has no result. */
  figures: Readonly<Record<string, number | null>> | null
  equity: ComparedEquity | null
  /** Why something of it is missing. */
  error: unknown
}

/** Value n is the wallet at `start + n · step` (milliseconds UTC). */
export interface ComparedEquity {
  start: number
  step: number
  balance: readonly number[]
}

export const MOST_RUNS = 6

/** The letter that stands for a run in tables and legends. */
export function letterOf(index: number): string {
  return 'ABCDEF'[index] ?? '?'
}

/** The ids of an address: "a,b,c", each once, at most six. */
export function readIds(text: string): string[] {
  const ids = text.split(',').filter((id) => /^[\w-]{1,64}$/.test(id))
  return [...new Set(ids)].slice(0, MOST_RUNS)
}

/** Settings whose text is not the same in all runs, and the others. */
export function splitSettings(runs: readonly ComparedRun[]): {
  different: string[]
  same: string[]
} {
  const titles = [...new Set(runs.flatMap((run) => Object.keys(run.settings)))]
  const differs = (title: string) => new Set(runs.map((run) => run.settings[title])).size > 1
  return {
    different: titles.filter(differs),
    same: titles.filter((title) => !differs(title)),
  }
}
