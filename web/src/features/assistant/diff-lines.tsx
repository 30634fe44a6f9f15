import styles from './assistant.module.css'

const MOST = 1_000

/** A unified diff, each line with its sign. */
export function DiffLines({ unified }: { unified: string }) {
  const lines = unified.split('\n').filter((line) => !/^(---|\+\+\+) /.test(line))
  return (
    <pre
      className={styles['diff']}
      aria-label="Changed lines"
      // A region that scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {lines.slice(0, MOST).map((line, index) => (
        <span key={index} data-kind={kindOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
      {lines.length > MOST && '…'}
    </pre>
  )
}

function kindOf(line: string): 'added' | 'removed' | 'place' | 'same' {
  if (line.startsWith('+')) return 'added'
  if (line.startsWith('-')) return 'removed'
  return line.startsWith('@@') ? 'place' : 'same'
}
