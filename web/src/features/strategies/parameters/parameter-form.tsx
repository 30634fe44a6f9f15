import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { plural } from '@/lib/format'
import { ApiError } from '@/lib/problem'

import {
  createParameterSet,
  type Parameter,
  type ParameterSet,
  strategyQueries,
  type Version,
} from '../api'
import { ParameterField } from './parameter-field'
import styles from './parameters.module.css'
import { changedValues, defaultsOf, type FormValues, withSet, wrongValue } from './values'

interface ParameterFormProps {
  version: Version
  /** The set that the form begins with; null for the code's own values. */
  shown: ParameterSet | null
  onSaved: (set: ParameterSet) => void
}

/** Every parameter of a version, grouped by space, and the name under which to keep the values. */
export function ParameterForm({ version, shown, onSaved }: ParameterFormProps) {
  const { parameters } = version.check
  const [values, setValues] = useState<FormValues>(() =>
    shown === null ? defaultsOf(parameters) : withSet(parameters, shown.parameters),
  )
  const [name, setName] = useState('')
  const changed = changedValues(parameters, values)
  const count = Object.values(changed).reduce((sum, group) => sum + Object.keys(group).length, 0)
  const save = useSaving(version, onSaved)
  const refused = save.error instanceof ApiError ? save.error.problem.errors : undefined
  const errorOf = (item: Parameter) =>
    wrongValue(item, values[item.name]) ??
    refused?.find(({ field }) => field === `parameters.${item.space ?? ''}.${item.name}`)?.message
  const isWrong = parameters.some((item) => wrongValue(item, values[item.name]) !== undefined)
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isWrong) save.mutate({ name: name.trim(), parameters: changed })
      }}
    >
      {spacesOf(parameters).map(([space, items]) => (
        <Panel key={space} title={titleOf(space)}>
          <div className={styles['grid']}>
            {items.map((item) => (
              <ParameterField
                key={item.name}
                item={item}
                value={values[item.name]}
                error={errorOf(item)}
                onChange={(value) => setValues((before) => ({ ...before, [item.name]: value }))}
              />
            ))}
          </div>
        </Panel>
      ))}
      <div className={styles['save']}>
        <TextField
          label="Name of the set"
          value={name}
          required
          maxLength={100}
          placeholder="Cautious"
          hint={
            count === 0 ? 'All values are the code’s own.' : `${plural(count, 'value')} changed.`
          }
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="button" onClick={() => setValues(defaultsOf(parameters))}>
          Reset all
        </Button>
        <Button
          type="submit"
          look="primary"
          isPending={save.isPending}
          disabled={isWrong || name.trim() === ''}
        >
          Save set
        </Button>
      </div>
      {save.error !== null && <Problem error={save.error} />}
    </form>
  )
}

function useSaving(version: Version, onSaved: (set: ParameterSet) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Parameters<typeof createParameterSet>[2]) =>
      createParameterSet(version.strategyId, version.number, body),
    onSuccess: async (made) => {
      const { queryKey } = strategyQueries.parameterSets(version.strategyId, version.number)
      await client.invalidateQueries({ queryKey })
      toast(`Saved the set “${made.name}”.`)
      onSaved(made)
    },
  })
}

function spacesOf(parameters: readonly Parameter[]): [string, Parameter[]][] {
  const groups = new Map<string, Parameter[]>()
  for (const item of parameters) {
    const space = item.space ?? ''
    groups.set(space, [...(groups.get(space) ?? []), item])
  }
  return [...groups]
}

const TITLES: Record<string, string> = { buy: 'Buy', sell: 'Sell', '': 'No space: cannot be set' }

function titleOf(space: string): string {
  return TITLES[space] ?? space.charAt(0).toUpperCase() + space.slice(1)
}
