import { Code } from 'lucide-react'

import styles from './parts.module.css'

/** Code that blocks cannot show: as it is, in its place, to be changed in the code view. */
export function CodeChunk({ code, note }: { code: string; note?: string }) {
  return (
    <figure className={styles['chunk']}>
      <figcaption>
        <Code size={14} aria-hidden /> {note ?? 'Code in its place'}
        <span className={styles['unit']}>changed in the code view only</span>
      </figcaption>
      {/* What scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="Code">
        <code>{code}</code>
      </pre>
    </figure>
  )
}
