import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, TextAreaField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import styles from '../marketplace.module.css'
import { type OpenedCase, useDecide, type Verb } from './api'
import { VERB_WORDS } from './words'

/** The decision, with its reason. It happens at once. */
export function Decide({ opened }: { opened: OpenedCase }) {
  const [verb, setVerb] = useState<Verb>('dismiss')
  const [reason, setReason] = useState('')
  const decide = useDecide(opened.case)
  return (
    <Panel title="Decide">
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          decide.mutate({ verb, reason: reason.trim() }, { onSuccess: () => toast('Decided.') })
        }}
      >
        <SelectField
          label="Decision"
          value={verb}
          onChange={(event) => setVerb(event.target.value as Verb)}
        >
          {possible(opened).map((each) => (
            <option key={each} value={each}>
              {VERB_WORDS[each]}
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

function possible({ listing, review }: OpenedCase): readonly Verb[] {
  if (review !== null) return ['dismiss', review.isHidden ? 'restore-review' : 'hide-review']
  return ['dismiss', listing.standing === 'suspended' ? 'restore-listing' : 'suspend-listing']
}
