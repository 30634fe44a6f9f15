import { useQuery } from '@tanstack/react-query'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { formatDate } from '@/lib/format'

import { type Share, shareQueries, useRevokeShare } from './api'
import styles from './shares.module.css'

export function ShareList({ runId }: { runId: string }) {
  const found = useQuery(shareQueries.list(runId))
  if (found.isPending) {
    return (
      <Loading label="Loading the links">
        <Skeleton height="4rem" />
      </Loading>
    )
  }
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.items.length === 0) return null
  return (
    <ul className={styles['list']} aria-label="Links to this result">
      {found.data.items.map((share) => (
        <li key={share.token}>
          <Row runId={runId} share={share} />
        </li>
      ))}
    </ul>
  )
}

function Row({ runId, share }: { runId: string; share: Share }) {
  const revoke = useRevokeShare(runId)
  const address = `${window.location.origin}${share.path}`
  const frame = `<iframe src="${window.location.origin}${share.embedPath}" width="100%" height="640" title="A backtest on Candlewick"></iframe>`
  const take = () =>
    revoke.mutate(share.token, {
      onSuccess: () => toast('The link shows nothing any more.'),
    })
  return (
    <>
      <p className={styles['address']}>
        {share.isOpen ? (
          <a href={share.path} target="_blank" rel="noreferrer">
            {share.title || address}
          </a>
        ) : (
          <span className={styles['over']}>{share.title || address}</span>
        )}
      </p>
      <p className={styles['state']}>{stateOf(share)}</p>
      {share.isOpen && (
        <div className={styles['actions']}>
          <CopyButton text={address} label="Copy the link" />
          <CopyButton text={frame} label="Copy for a web page" />
          <Button look="quiet" isPending={revoke.isPending} onClick={take}>
            Take it back
          </Button>
        </div>
      )}
      {revoke.error !== null && <Problem error={revoke.error} />}
    </>
  )
}

function CopyButton({ text, label }: { text: string; label: string }) {
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => toast('Copied.'),
      () => toast('The browser does not allow copying. Open the link and copy its address.'),
    )
  }
  return <Button onClick={copy}>{label}</Button>
}

function stateOf(share: Share): string {
  if (share.revokedAt !== null) return `Taken back ${formatDate(share.revokedAt)}`
  if (!share.isOpen) return 'Over'
  if (share.expiresAt === null) return `Open since ${formatDate(share.createdAt)}`
  return `Open until ${formatDate(share.expiresAt)}`
}
