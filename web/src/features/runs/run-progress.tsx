import { Check, Circle, LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Progress } from '@/components/ui/progress'
import { ScrollArea } from '@/components/ui/scroll-area'
import { formatDuration } from '@/lib/format'

import { useCancelRun } from './api'
import { fractionOf, secondsLeft, stepOf, STEPS } from './phases'
import styles from './run-progress.module.css'
import type { Run } from './schemas'

/** A run under way: where it is, how long it will take, what it prints, and how to stop it. */
export function RunProgress({ run }: { run: Run }) {
  const cancel = useCancelRun(run.id)
  const current = STEPS.findIndex(([step]) => step === stepOf(run))
  const words = run.state === 'cancelling' ? 'Stopping' : (STEPS[current]?.[1] ?? 'Working')
  return (
    <div className={styles['grid']}>
      <Panel
        title={words}
        note={<TimeLeft run={run} />}
        actions={
          run.state !== 'cancelling' && (
            <Button isPending={cancel.isPending} onClick={() => cancel.mutate()}>
              Cancel run
            </Button>
          )
        }
      >
        <div className={styles['body']}>
          <Progress label="Progress of this backtest" fraction={fractionOf(run)} />
          {cancel.isError && <Problem error={cancel.error} />}
          <p role="status" className="visually-hidden">
            {words}
          </p>
          <ol className={styles['steps']}>
            {STEPS.map(([step, text], index) => (
              <li
                key={step}
                data-state={index < current ? 'done' : index === current ? 'now' : 'later'}
              >
                <StepIcon isDone={index < current} isNow={index === current} />
                {text}
                {index < current && <span className="visually-hidden"> (done)</span>}
              </li>
            ))}
          </ol>
          {run.attempt > 1 && (
            <p>
              The platform had to begin again: this is attempt {run.attempt} of 3. Nothing is lost.
            </p>
          )}
        </div>
      </Panel>
      <Panel title="Log" note="The end of what the run prints">
        <ScrollArea label="End of the log" className={styles['log']}>
          <pre>{run.logTail || 'Nothing printed yet.'}</pre>
        </ScrollArea>
      </Panel>
    </div>
  )
}

function StepIcon({ isDone, isNow }: { isDone: boolean; isNow: boolean }) {
  const Icon = isDone ? Check : isNow ? LoaderCircle : Circle
  return <Icon size={16} aria-hidden className={isNow ? styles['turning'] : undefined} />
}

function TimeLeft({ run }: { run: Run }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const entered = run.enteredAt.running
  const since = entered === undefined ? null : Date.parse(entered)
  const left = run.state === 'running' ? secondsLeft(run.progress?.fraction ?? 0, since, now) : null
  const spent = formatDuration(Math.max(0, (now - Date.parse(run.createdAt)) / 1000))
  return (
    <>
      {left === null ? 'Remaining time not known yet' : `About ${formatDuration(left)} left`} ·{' '}
      {spent} since it was started
    </>
  )
}
