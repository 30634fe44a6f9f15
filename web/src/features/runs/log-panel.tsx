import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'

import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { plural } from '@/lib/format'

import { runQueries } from './api'
import styles from './log-panel.module.css'
import type { Run } from './schemas'

const MAX_SHOWN = 2_000

/** What a run printed, with search; the text is the strategy's and shown as plain text only. */
export function LogPanel({ run }: { run: Pick<Run, 'id'> }) {
  const { data, error, refetch, isPending } = useQuery(runQueries.log(run.id))
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search).trim().toLowerCase()
  const lines = useMemo(() => (data ?? '').split('\n'), [data])
  const found = useMemo(
    () =>
      lines
        .map((text, index) => ({ text, number: index + 1 }))
        .filter(({ text }) => wanted === '' || text.toLowerCase().includes(wanted)),
    [lines, wanted],
  )
  const shown = found.slice(-MAX_SHOWN)
  return (
    <Panel
      title="Log"
      note={
        shown.length < found.length
          ? `The last ${plural(MAX_SHOWN, 'line')} of ${found.length}; search to see others`
          : plural(found.length, 'line')
      }
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && (
        <Loading label="The log is loading">
          <Skeleton height="20rem" />
        </Loading>
      )}
      {data !== undefined && (
        <div className={styles['body']}>
          <TextField
            label="Search the log"
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {shown.length === 0 || data === '' ? (
            <p>{data === '' ? 'Nothing was printed.' : 'No line holds this text.'}</p>
          ) : (
            // A region that scrolls must be reachable by keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            <div className={styles['log']} role="log" aria-label="Lines of the log" tabIndex={0}>
              {shown.map(({ text, number }) => (
                <div key={number}>
                  <span aria-hidden>{number}</span>
                  <code>{text}</code>
                </div>
              ))}
            </div>
          )}
        </div>
      )}
    </Panel>
  )
}
