import { Segmented } from '@/components/ui/segmented'

import styles from './strategy-editor.module.css'

export type EditorViewName = 'code' | 'blocks' | 'both'

const VIEWS = [
  ['blocks', 'Blocks'],
  ['code', 'Code'],
  ['both', 'Both'],
] as const
const TABS = [
  ['blocks', 'Blocks'],
  ['code', 'Code'],
] as const

interface ViewSwitchProps {
  view: EditorViewName
  /** Which of both is in sight where there is room for one. */
  tab: 'blocks' | 'code'
  onView: (view: EditorViewName) => void
  onTab: (tab: 'blocks' | 'code') => void
}

/** Blocks, code, or both side by side; on a phone one of both at a time. */
export function ViewSwitch({ view, tab, onView, onTab }: ViewSwitchProps) {
  return (
    <>
      <Segmented label="View" options={VIEWS} value={view} onChange={onView} />
      {view === 'both' && (
        <div className={styles['tabs']}>
          <Segmented label="Shown of both" options={TABS} value={tab} onChange={onTab} />
        </div>
      )}
    </>
  )
}
