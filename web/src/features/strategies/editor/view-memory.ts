import type { EditorViewName } from './view-switch'

const key = (strategyId: string) => `candlewick.view.${strategyId}`

/** The view that a strategy was last looked at in, in this browser; code for one that never was. */
export function rememberedView(strategyId: string): EditorViewName {
  try {
    const stored = localStorage.getItem(key(strategyId))
    return stored === 'blocks' || stored === 'both' ? stored : 'code'
  } catch {
    return 'code'
  }
}

export function rememberView(strategyId: string, view: EditorViewName): void {
  try {
    localStorage.setItem(key(strategyId), view)
  } catch {
    // Only the memory of the choice is lost.
  }
}
