const DOING: Record<string, string> = {
  look_up_indicators: 'looking up indicators',
  propose_strategy: 'checking a strategy',
  check_code: 'checking the code',
  ask_user: 'asking you',
  propose_backtest: 'preparing a backtest',
  read_result: 'reading a result',
  compare_runs: 'comparing runs',
  explain_metric: 'looking up a figure',
}

/** What a tool is at, in words. */
export function toolWords(name: string, state: 'started' | 'done' | 'refused'): string {
  const doing = DOING[name] ?? 'using a tool that there is not'
  if (state === 'started') return `${capital(doing)}…`
  return state === 'done' ? `Done: ${doing}` : `Refused: ${doing}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
