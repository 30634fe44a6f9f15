import { Segmented } from '@/components/ui/segmented'
import { setTheme, useTheme } from '@/lib/theme'

const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

/** Light, dark, or as the system has it; kept in this browser. */
export function ThemeChoice() {
  return <Segmented label="Theme" options={THEMES} value={useTheme()} onChange={setTheme} />
}
