import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, TextAreaField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import styles from '../marketplace.module.css'
import { type OpenedCase, useDecide, type Ruling } from './api'
import { RULING_WORDS } from './words'

/** The decision, with its reason. It happens at once. */
export function Decide({ opened }: { opened: OpenedCase }) {
  const [ruling, setRuling] = useState<Ruling>('dismiss')
  const [reason, setReason] = useState('')
  const decide = useDecide(opened.case)
  return (
    <Panel title="Decide">
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          decide.mutate({ ruling, reason: reason.trim() }, { onSuccess: () => toast('Decided.') })
        }}
      >
        <SelectField
          label="Decision"
          value={ruling}
          onChange={(event) => setRuling(event.target.value as Ruling)}
        >
          {possible(opened).map((each) => (
            <option key={each} value={each}>
              {RULING_WORDS[each]}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="Reason"
          hint="The author reads it where something is taken down or put back."
          value={reason}
          required
          maxLength={1_000}
          onChange={(event) => setReason(event.target.value)}
        />
        {decide.error !== null && <Problem error={decide.error} />}
        <DialogActions>
          <Button type="submit" look="primary" isPending={decide.isPending}>
            Decide
          </Button>
        </DialogActions>
      </form>
    </Panel>
  )
}

function possible({ listing, review }: OpenedCase): readonly Ruling[] {
  if (review !== null) return ['dismiss', review.isHidden ? 'restore-review' : 'hide-review']
  return ['dismiss', listing.standing === 'suspended' ? 'restore-listing' : 'suspend-listing']
}
