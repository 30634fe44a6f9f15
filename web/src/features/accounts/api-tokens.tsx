import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatDate } from '@/lib/format'

import { accountQueries, type ApiToken, revokeToken } from './api'
import { NewTokenDialog } from './new-token-dialog'

/** The user's API tokens, with a way to make and to revoke them. */
export function ApiTokens() {
  const [isMaking, setIsMaking] = useState(false)
  return (
    <Panel
      title="API tokens"
      note="For the command line and your own programs. A token may never manage the account."
      isFlush
      actions={
        <Button onClick={() => setIsMaking(true)}>
          <Plus size={16} aria-hidden />
          New token
        </Button>
      }
    >
      <TokenList onNew={() => setIsMaking(true)} />
      <NewTokenDialog isOpen={isMaking} onClose={() => setIsMaking(false)} />
    </Panel>
  )
}

function TokenList({ onNew }: { onNew: () => void }) {
  const tokens = useQuery(accountQueries.tokens())
  if (tokens.isPending) {
    return (
      <Loading label="Loading your API tokens">
        <Skeleton height="12rem" />
      </Loading>
    )
  }
  if (tokens.isError) return <Problem error={tokens.error} onRetry={() => void tokens.refetch()} />
  if (tokens.data.items.length === 0) {
    return (
      <Empty icon={KeyRound} title="No tokens" text="Make one to use Candlewick from a terminal.">
        <Button onClick={onNew}>Make a token</Button>
      </Empty>
    )
  }
  return (
    <Table caption="API tokens">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">May</th>
          <th scope="col">Until</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {tokens.data.items.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </tbody>
    </Table>
  )
}

function TokenRow({ token }: { token: ApiToken }) {
  const client = useQueryClient()
  const revoking = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => client.invalidateQueries({ queryKey: accountQueries.all() }),
  })
  const isOver = new Date(token.expiresAt) < new Date()
  return (
    <tr>
      <th scope="row">{token.name}</th>
      <td>{token.scopes.join(', ')}</td>
      <td>{formatDate(token.expiresAt)}</td>
      <td>
        {token.revokedAt !== null ? (
          <Badge>revoked {formatDate(token.revokedAt)}</Badge>
        ) : isOver ? (
          <Badge>expired</Badge>
        ) : (
          <Button
            aria-label={`Revoke ${token.name}`}
            isPending={revoking.isPending}
            onClick={() => revoking.mutate()}
          >
            Revoke
          </Button>
        )}
        {revoking.error !== null && <Problem error={revoking.error} />}
      </td>
    </tr>
  )
}
