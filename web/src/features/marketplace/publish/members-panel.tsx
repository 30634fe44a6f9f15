import { useQuery } from '@tanstack/react-query'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { formatDate } from '@/lib/format'

import styles from '../marketplace.module.css'
import { type Invitation, ownQueries, useInvite, useRemoveMember, useRevokeInvitation } from './api'

/** Whom the author let in, and the links by which more may come. */
export function MembersPanel({ listingId }: { listingId: string }) {
  const invitations = useQuery(ownQueries.invitations(listingId))
  const members = useQuery(ownQueries.members(listingId))
  const invite = useInvite(listingId)
  const failed = [invitations, members].find((query) => query.isError)
  return (
    <Panel
      title="Invitations"
      note="Whoever opens the link while signed in sees and runs this strategy."
      actions={
        <Button isPending={invite.isPending} onClick={() => invite.mutate(null)}>
          Make a link
        </Button>
      }
    >
      {invite.error !== null && <Problem error={invite.error} />}
      {failed !== undefined && (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {(invitations.isPending || members.isPending) && (
        <Loading label="Loading the invitations">
          <Skeleton height="6rem" />
        </Loading>
      )}
      {invitations.data !== undefined && (
        <ul className={styles['list']} aria-label="Invitation links">
          {invitations.data.map((invitation) => (
            <li key={invitation.token}>
              <InvitationRow listingId={listingId} invitation={invitation} />
            </li>
          ))}
        </ul>
      )}
      {members.data !== undefined && members.data.length > 0 && (
        <>
          <h3>Members</h3>
          <ul className={styles['list']} aria-label="Members">
            {members.data.map(({ member, name, at }) => (
              <li key={member}>
                <MemberRow {...{ listingId, member, name, at }} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

function InvitationRow({ listingId, invitation }: { listingId: string; invitation: Invitation }) {
  const revoke = useRevokeInvitation(listingId)
  const address = `${window.location.origin}/invitations/${invitation.token}`
  const copy = () => {
    navigator.clipboard.writeText(address).then(
      () => toast('Copied.'),
      () => toast('The browser does not allow copying. Select the address instead.'),
    )
  }
  return (
    <div className={styles['row']}>
      <code>{address}</code>
      <span className={styles['actions']}>
        <Button onClick={copy}>Copy</Button>
        <Button
          look="quiet"
          isPending={revoke.isPending}
          onClick={() => revoke.mutate(invitation.token)}
        >
          Take it back
        </Button>
      </span>
      {revoke.error !== null && <Problem error={revoke.error} />}
    </div>
  )
}

interface MemberRowProps {
  listingId: string
  member: string
  name: string
  at: string
}

function MemberRow({ listingId, member, name, at }: MemberRowProps) {
  const remove = useRemoveMember(listingId)
  return (
    <div className={styles['row']}>
      <span>
        {name} <span className={styles['muted']}>since {formatDate(at)}</span>
      </span>
      <Button look="quiet" isPending={remove.isPending} onClick={() => remove.mutate(member)}>
        Let go<span className="visually-hidden"> {name}</span>
      </Button>
      {remove.error !== null && <Problem error={remove.error} />}
    </div>
  )
}
