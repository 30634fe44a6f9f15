import styles from './progress.module.css'

/** How far something has come, from 0 to 1. */
export function Progress({ label, fraction }: { label: string; fraction: number }) {
  const bounded = Math.min(1, Math.max(0, fraction))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(bounded * 100)}
      className={styles['track']}
    >
      <div className={styles['bar']} style={{ transform: `scaleX(${bounded})` }} />
    </div>
  )
}
