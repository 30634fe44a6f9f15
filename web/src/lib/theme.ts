import { useSyncExternalStore } from 'react'
import { z } from 'zod'

const KEY = 'candlewick.theme' // public/before.js reads it before the first paint
const themeSchema = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof themeSchema>

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function stored(): Theme {
  try {
    return themeSchema.catch('system').parse(localStorage.getItem(KEY))
  } catch {
    return 'system'
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  darkQuery.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    darkQuery.removeEventListener('change', listener)
  }
}

/** Chooses a theme for this browser. Where storage is forbidden the choice lasts as long as the page. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Only the memory of the choice is lost.
  }
  for (const listener of listeners) listener()
}

/** What the user chose. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, stored)
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme']
  return chosen === undefined ? darkQuery.matches : chosen === 'dark'
}

/** Whether the page is dark now. Canvases redraw when this changes; CSS needs no such hook. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}

/** The value of a token of tokens.css as a colour that a canvas understands. */
export function tokenColour(name: `--${string}`): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}
