import type { Grade } from './schemas'
import styles from './marketplace.module.css'
import { GRADE_WORDS } from './words'

/** The examination's grade as a letter, with what it says for those who do not see the colour. */
export function GradeMark({ grade }: { grade: Grade | null }) {
  if (grade === null) return null
  return (
    <span className={styles['grade']} data-grade={grade} title={GRADE_WORDS[grade]}>
      <span className="visually-hidden">Trust grade </span>
      {grade}
    </span>
  )
}
