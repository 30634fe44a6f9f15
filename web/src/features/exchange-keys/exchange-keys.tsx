import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatAgo } from '@/lib/format'

import { type ExchangeKey, keyQueries, useDeleteKey } from './api'
import styles from './keys.module.css'
import { NewKeyDialog, type VenueChoice } from './new-key-dialog'
import { RotateDialog } from './rotate-dialog'

interface ExchangeKeysProps {
  /** None before they are known: until then no key can be added. */
  venues: readonly VenueChoice[]
  /** Where our bots come from, as exchanges see it. */
  addresses: readonly string[]
}

/** The user's exchange keys, with ways to add, renew and delete them. */
export function ExchangeKeys({ venues, addresses }: ExchangeKeysProps) {
  const [isAdding, setIsAdding] = useState(false)
  const canAdd = venues.length > 0
  return (
    <Panel
      title="Exchange keys"
      note="Encrypted at once, never shown again, and handed to your running bot alone."
      isFlush
      actions={
        <Button disabled={!canAdd} onClick={() => setIsAdding(true)}>
          <Plus size={16} aria-hidden />
          Add a key
        </Button>
      }
    >
      <KeyList canAdd={canAdd} onAdd={() => setIsAdding(true)} />
      <NewKeyDialog
        isOpen={isAdding}
        venues={venues}
        addresses={addresses}
        onClose={() => setIsAdding(false)}
      />
    </Panel>
  )
}

function KeyList({ canAdd, onAdd }: { canAdd: boolean; onAdd: () => void }) {
  const keys = useQuery(keyQueries.list())
  if (keys.isPending) {
    return (
      <Loading label="Loading your exchange keys">
        <Skeleton height="10rem" />
      </Loading>
    )
  }
  if (keys.isError) return <Problem error={keys.error} onRetry={() => void keys.refetch()} />
  if (keys.data.items.length === 0) {
    return (
      <Empty
        icon={KeyRound}
        title="No exchange keys"
        text="Paper money needs none. For real money, add a key that may trade and may not withdraw."
      >
        <Button disabled={!canAdd} onClick={onAdd}>
          Add a key
        </Button>
      </Empty>
    )
  }
  return (
    <Table caption="Exchange keys">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Exchange</th>
          <th scope="col">Ends in</th>
          <th scope="col">State</th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.data.items.map((key) => (
          <KeyRow key={key.id} exchangeKey={key} />
        ))}
      </tbody>
    </Table>
  )
}

function KeyRow({ exchangeKey: key }: { exchangeKey: ExchangeKey }) {
  const [dialog, setDialog] = useState<'rotate' | 'delete' | null>(null)
  const deleting = useDeleteKey(key.id)
  const close = () => setDialog(null)
  return (
    <tr>
      <th scope="row">
        {key.name}
        {key.advice !== '' && <p className={styles['note']}>{key.advice}</p>}
      </th>
      <td>{key.venue}</td>
      <td>
        <code>…{key.lastFour}</code>
      </td>
      <td>
        {key.problem === '' ? (
          <Badge tone="gain">works, seen {formatAgo(key.checkedAt)}</Badge>
        ) : (
          <Badge tone="loss">{key.problem}</Badge>
        )}
      </td>
      <td>
        <div className={styles['actions']}>
          <Button aria-label={`Renew ${key.name}`} onClick={() => setDialog('rotate')}>
            Renew
          </Button>
          <Button aria-label={`Delete ${key.name}`} onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </div>
        <RotateDialog exchangeKey={key} isOpen={dialog === 'rotate'} onClose={close} />
        <ConfirmDialog
          title={`Delete ${key.name}`}
          expected={key.name}
          action="Delete the key"
          isOpen={dialog === 'delete'}
          isPending={deleting.isPending}
          error={deleting.error}
          onClose={close}
          onConfirm={() => deleting.mutate(undefined, { onSuccess: close })}
        >
          <p>
            The key is deleted here for good. Delete it at the exchange too if nothing else uses it.
          </p>
        </ConfirmDialog>
      </td>
    </tr>
  )
}
