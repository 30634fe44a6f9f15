import type { KeyboardEvent } from 'react'

/**
 * Alt and an arrow move the innermost block around the focus, from whichever of its fields. To be used while the
 * event goes down (`onKeyDownCapture`) on elements with `data-block`: menus keep arrows to themselves.
 */
export function stepByKeys(event: KeyboardEvent<HTMLElement>, step: (by: -1 | 1) => void): void {
  const by = event.altKey ? ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key] : undefined
  const { target } = event
  // In a list of options the same keys open it.
  if (by === undefined || !(target instanceof Element) || target instanceof HTMLSelectElement)
    return
  if (target.closest('[data-block]') !== event.currentTarget) return
  event.preventDefault()
  event.stopPropagation()
  step(by)
}
