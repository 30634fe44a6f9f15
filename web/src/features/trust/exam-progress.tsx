import { Circle, CircleAlert, CircleCheck, LoaderCircle, type LucideIcon } from 'lucide-react'

import { Panel } from '@/components/ui/panel'
import { Progress } from '@/components/ui/progress'

import type { Exam, ExamRun } from './exam-api'
import styles from './trust.module.css'

const PARTS: Record<ExamRun['part'], string> = {
  base: 'As its author ran it',
  start: 'Begun later',
  neighbour: 'Another value of',
  lookahead: 'Look-ahead',
  recursive: 'Recursive formulas',
  truncated: 'Candles that end early',
}

type Look = 'waiting' | 'running' | 'done' | 'failed'

const LOOKS: Record<Look, { icon: LucideIcon; text: string }> = {
  waiting: { icon: Circle, text: 'waits' },
  running: { icon: LoaderCircle, text: 'runs' },
  done: { icon: CircleCheck, text: 'done' },
  failed: { icon: CircleAlert, text: 'failed' },
}

/** How far an examination is: every run of it with its state. */
export function ExamProgress({ exam }: { exam: Exam }) {
  const looks = exam.runs.map((run) => lookOf(run.state))
  const settled = looks.filter((look) => look === 'done' || look === 'failed').length
  return (
    <Panel
      title="The examination"
      note="Candlewick runs the strategy itself, in several ways. It takes a minute or more; you may leave this page."
    >
      <Progress
        label="How far the examination is"
        fraction={exam.runs.length === 0 ? 0 : settled / exam.runs.length}
      />
      <ul className={styles['probes']} aria-label="What is run">
        {exam.runs.map((run, index) => {
          const look = looks[index] ?? 'waiting'
          const { icon: Icon, text } = LOOKS[look]
          return (
            <li key={run.name} data-state={look}>
              <Icon size={16} aria-hidden />
              {PARTS[run.part]} {run.parameter} <span className={styles['weight']}>{text}</span>
            </li>
          )
        })}
      </ul>
      <p role="status" className="visually-hidden">
        {settled} of {exam.runs.length} runs are over.
      </p>
    </Panel>
  )
}

function lookOf(state: ExamRun['state']): Look {
  if (state === 'succeeded') return 'done'
  if (state === 'failed' || state === 'cancelled') return 'failed'
  return state === 'queued' ? 'waiting' : 'running'
}
