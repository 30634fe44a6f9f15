import { type RefObject, useCallback, useEffect, useRef } from 'react'

/** Moves the focus to an element that may not be drawn yet, by its `data-focus`. */
export function useFocusRequests(root: RefObject<HTMLElement | null>): (key: string) => void {
  const wanted = useRef<string | null>(null)
  const attempt = useCallback(() => {
    const key = wanted.current
    if (key === null) return
    const found = root.current?.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`)
    if (found == null) return
    wanted.current = null
    found.focus()
  }, [root])
  // After every drawing: the element comes with one of the next.
  useEffect(attempt)
  return useCallback(
    (key: string) => {
      wanted.current = key
      // After menus and dialogs have given the focus back.
      setTimeout(attempt, 50)
    },
    [attempt],
  )
}
