import { CircleAlert } from 'lucide-react'

import { useProblems } from '../context'
import styles from './parts.module.css'

/** What is wrong with a block, at the block. */
export function ProblemList({ path, except = [] }: { path: string; except?: readonly string[] }) {
  const problems = useProblems(path, { except })
  if (problems.length === 0) return null
  return (
    <ul className={styles['problems']} aria-label="Problems of this block">
      {problems.map((problem) => (
        <li key={`${problem.path} ${problem.message}`}>
          <CircleAlert size={14} aria-hidden />
          {problem.message}
        </li>
      ))}
    </ul>
  )
}
