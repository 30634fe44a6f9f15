import styles from './skeleton.module.css'

interface SkeletonProps {
  /** As high as what will stand here, in CSS units, so that nothing jumps. */
  height: string
  width?: string
}

/** Holds the place of what is loading. */
export function Skeleton({ height, width = '100%' }: SkeletonProps) {
  return <div aria-hidden className={styles['skeleton']} style={{ height, width }} />
}

/** Says that something is loading, once, for screen readers; its children hold the place. */
export function Loading({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      {children}
    </div>
  )
}
