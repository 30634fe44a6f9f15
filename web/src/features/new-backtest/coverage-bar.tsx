import type { CSSProperties } from 'react'

import type { Coverage } from './api'
import styles from './new-backtest.module.css'

/** The span of time that a strip shows, in ms. */
export interface Span {
  start: number
  until: number
}

function between(span: Span, from: number, to: number): CSSProperties {
  const length = span.until - span.start
  const bounded = (moment: number) => Math.min(1, Math.max(0, (moment - span.start) / length))
  // CSS variables are not in React's type of a style.
  return { '--from': bounded(from), '--to': bounded(to) } as CSSProperties
}

/** Where one pair has candles, and where they are missing. Its text twin is beside it. */
export function CoverageBar({ file, span }: { file: Coverage; span: Span }) {
  return (
    <div aria-hidden className={styles['bar']}>
      <div
        className={styles['covered']}
        style={between(span, Date.parse(file.start), Date.parse(file.until))}
      />
      {file.gaps.slice(0, 200).map((gap) => (
        <div
          key={gap.start}
          className={styles['gap']}
          style={between(span, Date.parse(gap.start), Date.parse(gap.until))}
        />
      ))}
    </div>
  )
}

/** The chosen range, behind the bars. */
export function ChosenRange({ span, from, to }: { span: Span; from: number; to: number }) {
  return <div aria-hidden className={styles['chosen']} style={between(span, from, to)} />
}

/** The span from the first to the last candle of all files. */
export function wholeSpan(files: readonly Coverage[]): Span | null {
  if (files.length === 0) return null
  return {
    start: Math.min(...files.map((file) => Date.parse(file.start))),
    until: Math.max(...files.map((file) => Date.parse(file.until))),
  }
}
