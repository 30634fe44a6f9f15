import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'

import { Badge } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDate } from '@/lib/format'

import { GradeMark } from '../grade'
import { type Listing, type ListingVersion, may } from '../schemas'
import { WHY_NOT } from '../words'
import { listingQueries } from './api'
import styles from './listing.module.css'

const CodeView = lazy(() => import('@/components/code-view'))

export interface VersionsChoice {
  /** Whose code is shown. */
  version?: number | undefined
  /** What it is compared with. */
  from?: number | undefined
  /** Of the code, to be shown first. */
  line?: number | undefined
}

interface VersionsProps {
  listing: Listing
  choice: VersionsChoice
  onChoice: (choice: VersionsChoice) => void
  /** Draws the difference of two codes; the drawing is not this feature's. */
  diff: (before: string, after: string) => ReactNode
}

/** Every published version with what was new in it, and the code where it is open. */
export function Versions({ listing, choice, onChoice, diff }: VersionsProps) {
  const found = useQuery(listingQueries.versions(listing.id))
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the versions">
        <Skeleton height="20rem" />
      </Loading>
    )
  }
  const shown = choice.version ?? listing.currentVersion ?? found.data[0]?.number
  return (
    <div className={styles['main']}>
      <Panel title="Versions" note="A version never changes. A newer one is examined anew.">
        <ol className={styles['history']}>
          {found.data.map((version) => (
            <li key={version.number}>
              <Entry
                version={version}
                isCurrent={version.number === listing.currentVersion}
                isShown={version.number === shown}
                onShow={
                  may(listing, 'read_code')
                    ? () => onChoice({ version: version.number, from: undefined })
                    : null
                }
              />
            </li>
          ))}
        </ol>
      </Panel>
      {may(listing, 'read_code') && shown !== undefined ? (
        <Code
          id={listing.id}
          shown={shown}
          older={found.data.map(({ number }) => number).filter((number) => number < shown)}
          choice={choice}
          onChoice={onChoice}
          diff={diff}
        />
      ) : (
        <p role="note" className={styles['note']}>
          {listing.access === 'closed'
            ? 'The code is closed: others run it and never read it.'
            : (WHY_NOT.run ?? '')}
        </p>
      )}
    </div>
  )
}

interface EntryProps {
  version: ListingVersion
  isCurrent: boolean
  isShown: boolean
  onShow: (() => void) | null
}

function Entry({ version, isCurrent, isShown, onShow }: EntryProps) {
  const { number, publishedAt, notes, verdict } = version
  return (
    <article className={styles['entry']}>
      <header className={styles['marks']}>
        <GradeMark grade={verdict.grade} />
        <h3>Version {number}</h3>
        {isCurrent && <Badge tone="info">Current</Badge>}
        {publishedAt === null ? (
          <Badge tone="warning">Not published</Badge>
        ) : (
          <time dateTime={publishedAt} className={styles['muted']}>
            {formatDate(publishedAt)}
          </time>
        )}
        {onShow !== null && (
          <button
            type="button"
            className={styles['linkButton']}
            aria-pressed={isShown}
            onClick={onShow}
          >
            Read the code<span className="visually-hidden"> of version {number}</span>
          </button>
        )}
      </header>
      {/* Release notes are plain text; lines stay lines. */}
      <p className={styles['notes']}>{notes === '' ? 'Without release notes.' : notes}</p>
    </article>
  )
}

interface CodeProps extends Pick<VersionsProps, 'choice' | 'onChoice' | 'diff'> {
  id: string
  shown: number
  older: readonly number[]
}

function Code({ id, shown, older, choice, onChoice, diff }: CodeProps) {
  const from = older.includes(choice.from ?? 0) ? choice.from : undefined
  const code = useQuery(listingQueries.code(id, shown))
  const before = useQuery({
    ...listingQueries.code(id, from ?? 0),
    enabled: from !== undefined,
  })
  const failed = [code, before].find((query) => query.isError)
  const isLoading = code.isPending || (from !== undefined && before.isPending)
  return (
    <Panel
      title={from === undefined ? `Code of version ${shown}` : `Version ${from} → version ${shown}`}
      actions={
        older.length > 0 && (
          <label className={styles['compare']}>
            Compare with{' '}
            <select
              value={from ?? ''}
              onChange={(event) =>
                onChoice({ version: shown, from: Number(event.target.value) || undefined })
              }
            >
              <option value="">nothing</option>
              {older.map((number) => (
                <option key={number} value={number}>
                  version {number}
                </option>
              ))}
            </select>
          </label>
        )
      }
    >
      {failed !== undefined ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : isLoading || code.data === undefined ? (
        <Waiting />
      ) : (
        <Suspense fallback={<Waiting />}>
          {before.data === undefined || from === undefined ? (
            <CodeView label={`Code of version ${shown}`} code={code.data.code} line={choice.line} />
          ) : (
            diff(before.data.code, code.data.code)
          )}
        </Suspense>
      )}
    </Panel>
  )
}

function Waiting() {
  return (
    <Loading label="Loading the code">
      <Skeleton height="24rem" />
    </Loading>
  )
}
