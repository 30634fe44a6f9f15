import { useQuery } from '@tanstack/react-query'
import { CircleAlert, SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'

import { ButtonLink } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { SelectField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { type ParameterSet, type Strategy, strategyQueries, type Version } from '../api'
import { ParameterForm } from './parameter-form'
import { ParameterSets } from './parameter-sets'
import styles from './parameters.module.css'

interface ParameterPageProps {
  strategy: Strategy
  /** Without one: the latest. */
  version: number | undefined
  onVersion: (version: number) => void
}

/** A form of what a version's code lets be chosen, and the sets that were saved of it. */
export function ParameterPage({ strategy, version, onVersion }: ParameterPageProps) {
  const number = version ?? strategy.latestVersion
  const found = useQuery({ ...strategyQueries.version(strategy.id, number), enabled: number > 0 })
  if (number === 0) {
    return (
      <Empty
        icon={SlidersHorizontal}
        title="No version yet"
        text="Parameters belong to a saved version."
      >
        <ButtonLink to="/strategies/$strategyId" params={{ strategyId: strategy.id }}>
          Open the editor
        </ButtonLink>
      </Empty>
    )
  }
  return (
    <>
      <div className={styles['version']}>
        <SelectField
          label="Version"
          value={number}
          onChange={(event) => onVersion(Number(event.target.value))}
        >
          {Array.from(
            { length: strategy.latestVersion },
            (_, index) => strategy.latestVersion - index,
          ).map((each) => (
            <option key={each} value={each}>
              Version {each}
            </option>
          ))}
        </SelectField>
      </div>
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <Loading label="Loading the parameters">
          <Skeleton height="20rem" />
        </Loading>
      )}
      {found.data !== undefined && <Parameters key={number} version={found.data} />}
    </>
  )
}

function Parameters({ version }: { version: Version }) {
  const [shown, setShown] = useState<ParameterSet | null>(null)
  if (version.check.className === null) {
    return (
      <Empty
        icon={CircleAlert}
        title={`The code of version ${version.number} cannot be read`}
        text={
          version.check.findings[0]?.message ?? 'Correct its errors in the editor, then save it.'
        }
      />
    )
  }
  if (version.check.parameters.length === 0) {
    return (
      <Empty
        icon={SlidersHorizontal}
        title="This version has no parameters"
        text="Declare some in the class, for example buy_rsi = IntParameter(10, 40, default=30, space='buy')."
      />
    )
  }
  return (
    <div className={styles['columns']}>
      {/* Another set is another form. */}
      <ParameterForm key={shown?.id ?? ''} version={version} shown={shown} onSaved={setShown} />
      <ParameterSets version={version} shown={shown} onShow={setShown} />
    </div>
  )
}
