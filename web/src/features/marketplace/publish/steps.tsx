import { Check } from 'lucide-react'

import styles from '../marketplace.module.css'

const STEPS = ['Text and terms', 'Examination', 'Publish'] as const

/** Where one is on the way to a published strategy. `at` counts from 0. */
export function Steps({ at }: { at: number }) {
  return (
    <ol className={styles['steps']} aria-label="Steps">
      {STEPS.map((text, index) => (
        <li key={text} aria-current={index === at ? 'step' : undefined}>
          {index < at ? <Check size={16} aria-label="Done:" /> : `${index + 1}.`} {text}
        </li>
      ))}
    </ol>
  )
}
