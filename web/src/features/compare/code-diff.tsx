import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'

import { SelectField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { codeQuery } from './api'
import styles from './compare.module.css'
import { type ComparedRun, letterOf } from './model'

// The editor is large, and most comparisons are about figures.
const MergedCode = lazy(() => import('./merged-code'))

/** The code of two of the runs, side by side. */
export function CodeDiff({ runs }: { runs: readonly ComparedRun[] }) {
  const [left, setLeft] = useState(0)
  const [right, setRight] = useState(1)
  const older = runs[left] ?? runs[0]
  const newer = runs[right] ?? runs[1]
  if (older === undefined || newer === undefined) return null
  return (
    <>
      <div className={styles['sides']}>
        <Side label="Left" runs={runs} value={left} onChange={setLeft} />
        <Side label="Right" runs={runs} value={right} onChange={setRight} />
      </div>
      {older.version > 0 && newer.version > 0 && <TwoCodes older={older} newer={newer} />}
    </>
  )
}

function TwoCodes({ older, newer }: { older: ComparedRun; newer: ComparedRun }) {
  const one = useQuery(codeQuery(older.strategyId, older.version))
  const other = useQuery(codeQuery(newer.strategyId, newer.version))
  const failed = [one, other].find((query) => query.error !== null)
  if (failed !== undefined) {
    return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  }
  const waiting = (
    <Loading label="Loading the code">
      <Skeleton height="20rem" />
    </Loading>
  )
  if (one.data === undefined || other.data === undefined) return waiting
  if (one.data === other.data) {
    return <p className={styles['note']}>Both runs used the same code.</p>
  }
  return (
    <Suspense fallback={waiting}>
      <MergedCode older={one.data} newer={other.data} />
    </Suspense>
  )
}

interface SideProps {
  label: string
  runs: readonly ComparedRun[]
  value: number
  onChange: (index: number) => void
}

function Side({ label, runs, value, onChange }: SideProps) {
  return (
    <SelectField
      label={label}
      value={value}
      onChange={({ target }) => onChange(Number(target.value))}
    >
      {runs.map((run, index) => (
        <option key={run.id} value={index}>
          {letterOf(index)}: {run.name}
        </option>
      ))}
    </SelectField>
  )
}
