import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page, tabClass, TabLinks } from '@/components/layout/page'
import { Badge } from '@/components/ui/badge'
import { Button, ButtonLink, IconButton } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { ApiError } from '@/lib/problem'

import { changeStrategy, type Strategy, strategyQueries } from './api'

interface StrategyFrameProps {
  strategyId: string
  actions?: ReactNode
  children: (strategy: Strategy) => ReactNode
}

/** What all pages of one strategy share: its name, and the way between them. */
export function StrategyFrame({ strategyId, actions, children }: StrategyFrameProps) {
  const found = useQuery(strategyQueries.one(strategyId))
  const strategy = found.data
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFoundPage />
  return (
    <Page
      title={strategy?.name ?? 'Strategy'}
      crumb={<Link to="/strategies">Strategies</Link>}
      mark={strategy !== undefined && <Marks strategy={strategy} />}
      lead={strategy !== undefined && strategy.forkedFrom !== null && <Origin {...strategy} />}
      actions={
        <>
          {actions}
          {strategy !== undefined && strategy.latestVersion > 0 && (
            <ButtonLink to="/marketplace/publish" search={{ strategyId }}>
              Publish
            </ButtonLink>
          )}
        </>
      }
    >
      <Tabs strategyId={strategyId} />
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <Loading label="Loading the strategy">
          <Skeleton height="30rem" />
        </Loading>
      )}
      {strategy !== undefined && children(strategy)}
    </Page>
  )
}

/** What it was forked from, and what was changed since. */
function Origin({ id, forkedFrom }: Pick<Strategy, 'id' | 'forkedFrom'>) {
  if (forkedFrom === null) return null
  const { listingId, version } = forkedFrom
  return (
    <>
      Forked from{' '}
      <Link to="/marketplace/$listingId" params={{ listingId }}>
        version {version} of a published strategy
      </Link>
      .{' '}
      <Link to="/strategies/$strategyId/ancestor-diff" params={{ strategyId: id }}>
        See what you changed
      </Link>
    </>
  )
}

function Tabs({ strategyId }: { strategyId: string }) {
  const common = {
    params: { strategyId },
    ...(tabClass === undefined ? {} : { className: tabClass }),
  }
  return (
    <TabLinks label="Strategy">
      <Link
        {...common}
        to="/strategies/$strategyId"
        activeOptions={{ exact: true, includeSearch: false }}
      >
        Editor
      </Link>
      <Link {...common} to="/strategies/$strategyId/versions">
        Versions
      </Link>
      <Link {...common} to="/strategies/$strategyId/parameters">
        Parameters
      </Link>
    </TabLinks>
  )
}

function Marks({ strategy }: { strategy: Strategy }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      {strategy.archivedAt !== null && <Badge tone="warning">Archived</Badge>}
      <IconButton label="Rename" onClick={() => setIsOpen(true)}>
        <Pencil size={14} aria-hidden />
      </IconButton>
      <Dialog title="Rename the strategy" isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <RenameForm strategy={strategy} onDone={() => setIsOpen(false)} />
      </Dialog>
    </>
  )
}

function RenameForm({ strategy, onDone }: { strategy: Strategy; onDone: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(strategy.name)
  const rename = useMutation({
    mutationFn: () => changeStrategy(strategy.id, { name: name.trim() }),
    onSuccess: async (changed) => {
      client.setQueryData(strategyQueries.one(strategy.id).queryKey, changed)
      await client.invalidateQueries({ queryKey: ['strategies', 'list'] })
      onDone()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate()
      }}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={100}
        required
        onChange={(event) => setName(event.target.value)}
      />
      {rename.error !== null && <Problem error={rename.error} />}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" isPending={rename.isPending}>
          Rename
        </Button>
      </DialogActions>
    </form>
  )
}
