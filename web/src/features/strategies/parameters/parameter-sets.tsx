import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Play, Trash2 } from 'lucide-react'

import { Button, ButtonLink, IconButton } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDateTime } from '@/lib/format'

import {
  deleteParameterSet,
  type ParameterSet,
  strategyQueries,
  type Values,
  type Version,
} from '../api'
import styles from './parameters.module.css'

interface ParameterSetsProps {
  version: Version
  shown: ParameterSet | null
  onShow: (set: ParameterSet | null) => void
}

/** The version's saved sets: show one in the form, run it, delete it. */
export function ParameterSets({ version, shown, onShow }: ParameterSetsProps) {
  const sets = useQuery(strategyQueries.parameterSets(version.strategyId, version.number))
  return (
    <Panel title="Saved sets">
      {sets.isPending && (
        <Loading label="Loading sets">
          <Skeleton height="6rem" />
        </Loading>
      )}
      {sets.isError && <Problem error={sets.error} onRetry={() => void sets.refetch()} />}
      {sets.data?.length === 0 && (
        <p className={styles['muted']}>None yet. Change some values and save them under a name.</p>
      )}
      <ul className={styles['sets']}>
        {sets.data?.map((set) => (
          <SetItem key={set.id} set={set} isShown={set.id === shown?.id} onShow={onShow} />
        ))}
      </ul>
      {shown !== null && <Button onClick={() => onShow(null)}>Show the code’s own values</Button>}
    </Panel>
  )
}

interface SetItemProps {
  set: ParameterSet
  isShown: boolean
  onShow: (set: ParameterSet | null) => void
}

function SetItem({ set, isShown, onShow }: SetItemProps) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteParameterSet(set),
    onSuccess: async () => {
      if (isShown) onShow(null)
      const { queryKey } = strategyQueries.parameterSets(set.strategyId, set.version)
      await client.invalidateQueries({ queryKey })
    },
  })
  return (
    <li className={styles['set']}>
      <div>
        <strong>{set.name}</strong>
        <p className={styles['muted']}>{valuesText(set.parameters)}</p>
        <p className={styles['muted']}>{formatDateTime(set.createdAt)} UTC</p>
      </div>
      <div className={styles['buttons']}>
        <Button aria-pressed={isShown} aria-label={`Show ${set.name}`} onClick={() => onShow(set)}>
          Show
        </Button>
        <ButtonLink
          to="/backtests/new"
          search={{ strategyId: set.strategyId, version: set.version, parameterSet: set.id }}
          aria-label={`Run with ${set.name}`}
        >
          <Play size={14} aria-hidden /> Run
        </ButtonLink>
        <IconButton label={`Delete ${set.name}`} onClick={() => remove.mutate()}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </div>
      {remove.isError && <Problem error={remove.error} />}
    </li>
  )
}

function valuesText(values: Values): string {
  const parts = Object.values(values).flatMap((group) =>
    Object.entries(group).map(([name, value]) => `${name} = ${String(value)}`),
  )
  return parts.length === 0 ? 'The code’s own values' : parts.join(', ')
}
