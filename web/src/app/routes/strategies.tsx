import { getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

import { Page } from '@/components/layout/page'
import { Button } from '@/components/ui/button'
import { SwitchField, TextField } from '@/components/ui/field'
import type { ListSearch } from '@/features/strategies/list-search'
import styles from '@/features/strategies/strategies.module.css'
import { StrategyList } from '@/features/strategies/strategy-list'

const route = getRouteApi('/shell/strategies')

const NewStrategy = lazy(async () => ({
  default: (await import('@/features/strategies/new-strategy')).NewStrategy,
}))

/** The list of strategies; what is searched and how it is sorted is in the address. */
export function StrategiesPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [isNewOpen, setIsNewOpen] = useState(false)
  const change = (changed: Partial<ListSearch>) => {
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true })
  }
  const open = () => setIsNewOpen(true)
  return (
    <Page
      title="Strategies"
      actions={
        <Button look="primary" onClick={open}>
          <Plus size={16} aria-hidden /> New strategy
        </Button>
      }
    >
      <div className={styles['filters']}>
        <TextField
          label="Search"
          isLabelHidden
          type="search"
          placeholder="Search by name"
          value={search.q ?? ''}
          onChange={(event) => change({ q: event.target.value || undefined })}
        />
        <SwitchField
          label="Archived"
          checked={search.archived ?? false}
          onChange={(event) => change({ archived: event.target.checked || undefined })}
        />
      </div>
      <StrategyList search={search} onSearch={change} onNew={open} />
      <Suspense>{isNewOpen && <NewStrategy isOpen onClose={() => setIsNewOpen(false)} />}</Suspense>
    </Page>
  )
}
