import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { formatDate } from '@/lib/format'

import styles from '../marketplace.module.css'
import {
  type Invitation,
  type Member,
  ownQueries,
  useInvite,
  useRemoveMember,
  useRevokeInvitation,
} from './api'

/** Whom the author let in, and the links by which more may come. */
export function MembersPanel({ listingId }: { listingId: string }) {
  const found = useQuery(ownQueries.members(listingId))
  return (
    <Panel title="Invitations" note="A link lets one person see this strategy, and run it.">
      <div className={styles['stack']}>
        <InviteForm listingId={listingId} />
        {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && (
          <Loading label="Loading the invitations">
            <Skeleton height="6rem" />
          </Loading>
        )}
        {found.data !== undefined && (
          <>
            <ul className={styles['list']} aria-label="Links that nobody accepted yet">
              {found.data.invitations.map((invitation) => (
                <li key={invitation.token}>
                  <InvitationRow listingId={listingId} invitation={invitation} />
                </li>
              ))}
            </ul>
            <ul className={styles['list']} aria-label="Members">
              {found.data.items.map((member) => (
                <li key={member.id}>
                  <MemberRow listingId={listingId} member={member} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  )
}

function InviteForm({ listingId }: { listingId: string }) {
  const [note, setNote] = useState('')
  const invite = useInvite(listingId)
  return (
    <form
      className={styles['fields']}
      onSubmit={(event) => {
        event.preventDefault()
        invite.mutate(note.trim(), { onSuccess: () => setNote('') })
      }}
    >
      <TextField
        label="Whom is it for?"
        hint="All that you will be told of who came."
        value={note}
        maxLength={100}
        required
        onChange={(event) => setNote(event.target.value)}
      />
      <div>
        <Button type="submit" isPending={invite.isPending}>
          Make a link
        </Button>
      </div>
      {invite.error !== null && <Problem error={invite.error} />}
    </form>
  )
}

function InvitationRow({ listingId, invitation }: { listingId: string; invitation: Invitation }) {
  const revoke = useRevokeInvitation(listingId)
  const { note, token } = invitation
  const address = `${window.location.origin}${invitation.path}`
  const copy = () => {
    navigator.clipboard.writeText(address).then(
      () => toast('Copied.'),
      () => toast('The browser does not allow copying. Select the address instead.'),
    )
  }
  return (
    <div className={styles['row']}>
      <span>
        {note} <code>{address}</code>
      </span>
      <span className={styles['actions']}>
        <Button onClick={copy}>Copy</Button>
        <Button look="quiet" isPending={revoke.isPending} onClick={() => revoke.mutate(token)}>
          Take it back
        </Button>
      </span>
      {revoke.error !== null && <Problem error={revoke.error} />}
    </div>
  )
}

function MemberRow({ listingId, member }: { listingId: string; member: Member }) {
  const remove = useRemoveMember(listingId)
  return (
    <div className={styles['row']}>
      <span>
        {member.note} <span className={styles['muted']}>since {formatDate(member.since)}</span>
      </span>
      <Button look="quiet" isPending={remove.isPending} onClick={() => remove.mutate(member.id)}>
        Let go<span className="visually-hidden"> {member.note}</span>
      </Button>
      {remove.error !== null && <Problem error={remove.error} />}
    </div>
  )
}
