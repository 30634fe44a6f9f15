import { Link } from '@tanstack/react-router'

import { Panel } from '@/components/ui/panel'

import { FAILURES } from './phases'
import styles from './run-failure.module.css'
import type { Run } from './schemas'

/** Why a run ended without a result, in words, with the line that did it. */
export function RunFailure({ run }: { run: Run }) {
  const { failure } = run
  if (failure === null) {
    return (
      <Panel title="This run was cancelled">
        <p>It was stopped before it had a result. Nothing was kept but its log.</p>
      </Panel>
    )
  }
  const guilty = failure.traceback.at(-1)
  return (
    <Panel title={FAILURES[failure.kind] ?? 'The run failed'}>
      <div className={styles['body']}>
        <p className={styles['message']}>{failure.message}</p>
        {failure.traceback.length > 0 && (
          <ol className={styles['trace']} aria-label="Lines of the strategy, the failing one last">
            {failure.traceback.map((frame, index) => (
              <li key={`${frame.line}-${index}`} data-guilty={frame === guilty || undefined}>
                <span>
                  line {frame.line}, in {frame.function}
                </span>
                <code>{frame.code.trim()}</code>
              </li>
            ))}
          </ol>
        )}
        <p>
          <Link
            to="/strategies/$strategyId"
            params={{ strategyId: run.strategy.id }}
            search={guilty === undefined ? {} : { line: guilty.line }}
          >
            {guilty === undefined ? 'Open the strategy' : `Open line ${guilty.line} in the editor`}
          </Link>
        </p>
      </div>
    </Panel>
  )
}
