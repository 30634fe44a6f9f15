import {
  Circle,
  CircleAlert,
  CircleCheck,
  CircleSlash,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react'

import { Panel } from '@/components/ui/panel'
import { Progress } from '@/components/ui/progress'

import type { Exam, Probe } from './exam-api'
import styles from './trust.module.css'

const STATES: Record<Probe['state'], { icon: LucideIcon; text: string }> = {
  waiting: { icon: Circle, text: 'waits' },
  running: { icon: LoaderCircle, text: 'runs' },
  done: { icon: CircleCheck, text: 'done' },
  failed: { icon: CircleAlert, text: 'failed' },
  skipped: { icon: CircleSlash, text: 'not needed' },
}

/** How far an examination is: every probe with its state. */
export function ExamProgress({ exam }: { exam: Exam }) {
  const settled = exam.probes.filter(({ state }) => state !== 'waiting' && state !== 'running')
  return (
    <Panel
      title="The examination"
      note="Candlewick runs the strategy itself, in several ways. It takes a minute or more; you may leave this page."
    >
      <Progress
        label="How far the examination is"
        fraction={exam.probes.length === 0 ? 0 : settled.length / exam.probes.length}
      />
      <ul className={styles['probes']} aria-label="What is looked at">
        {exam.probes.map(({ name, state }) => {
          const { icon: Icon, text } = STATES[state]
          return (
            <li key={name} data-state={state}>
              <Icon size={16} aria-hidden />
              {name} <span className={styles['weight']}>{text}</span>
            </li>
          )
        })}
      </ul>
      <p role="status" className="visually-hidden">
        {settled.length} of {exam.probes.length} probes are done.
      </p>
    </Panel>
  )
}
