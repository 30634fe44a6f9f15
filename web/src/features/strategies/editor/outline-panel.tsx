import { Box, SlidersHorizontal, SquareFunction } from 'lucide-react'

import type { OutlineItem } from './outline'
import styles from './panels.module.css'

const ICONS = { class: Box, method: SquareFunction, parameter: SlidersHorizontal }

interface OutlinePanelProps {
  items: readonly OutlineItem[]
  onGo: (line: number) => void
}

/** The code's classes, methods and parameters; a press leads there. */
export function OutlinePanel({ items, onGo }: OutlinePanelProps) {
  return (
    <nav aria-label="Outline" className={styles['outline']}>
      <h2 className={styles['heading']}>Outline</h2>
      {items.length === 0 ? (
        <p className={styles['fine']}>Classes and methods appear here.</p>
      ) : (
        <ul className={styles['list']}>
          {items.map((item) => (
            <li key={`${item.line}-${item.name}`}>
              <OutlineButton item={item} onGo={onGo} />
            </li>
          ))}
        </ul>
      )}
    </nav>
  )
}

function OutlineButton({ item, onGo }: { item: OutlineItem; onGo: (line: number) => void }) {
  const Icon = ICONS[item.kind]
  return (
    <button
      type="button"
      className={styles['entry']}
      data-depth={Math.min(item.depth, 3)}
      onClick={() => onGo(item.line)}
    >
      <Icon size={14} aria-hidden />
      <span className="visually-hidden">{item.kind} </span>
      {item.name}
    </button>
  )
}
