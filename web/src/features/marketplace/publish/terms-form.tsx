import { zodResolver } from '@hookform/resolvers/zod'
import { type ReactNode, useEffect } from 'react'
import { type FieldPath, useForm, type UseFormReturn, useWatch } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, SwitchField, TextAreaField, TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { ApiError } from '@/lib/problem'

import styles from '../marketplace.module.css'
import { Prose } from '../prose'
import { ACCESSES, LICENCES, type Terms, VISIBILITIES } from '../schemas'
import { ACCESS_WORDS, LICENCE_WORDS, VISIBILITY_WORDS } from '../words'
import { termsForm, type TermsForm as Form, termsOf } from './terms'

interface TermsFormProps {
  initial: Form
  /** Further fields at its end. */
  children?: ReactNode
  action: string
  isPending: boolean
  error: Error | null
  onSubmit: (terms: Terms) => void
}

/** What the author says about a strategy, and under which terms others have it. */
export function TermsForm({
  initial,
  children,
  action,
  isPending,
  error,
  onSubmit,
}: TermsFormProps) {
  const form = useForm<Form>({ resolver: zodResolver(termsForm), defaultValues: initial })
  const { register, formState, setError } = form
  const description = useWatch({ control: form.control, name: 'description' })
  const wrong = formState.errors
  useEffect(() => {
    for (const { field, message } of fieldsOf(error)) setError(field, { message })
  }, [error, setError])
  return (
    <form
      noValidate
      className={styles['stack']}
      onSubmit={(event) => {
        void form.handleSubmit((values) => onSubmit(termsOf(values)))(event)
      }}
    >
      <Panel title="What it is">
        <div className={styles['stack']}>
          <TextField
            label="Title"
            maxLength={80}
            error={wrong.title?.message}
            {...register('title')}
          />
          <TextField
            label="In one sentence"
            hint="What search shows. Say what it does, not what it earns: the figures are ours to say."
            maxLength={200}
            error={wrong.summary?.message}
            {...register('summary')}
          />
          <div className={styles['preview']}>
            <TextAreaField
              label="Description"
              hint="Markdown: headings, lists, tables, code, and links to https pages."
              rows={12}
              maxLength={10_000}
              error={wrong.description?.message}
              {...register('description')}
            />
            <section aria-label="Preview of the description" className={styles['previewText']}>
              {description.trim() === '' ? (
                <p className={styles['muted']}>What you write is shown here.</p>
              ) : (
                <Prose text={description} />
              )}
            </section>
          </div>
          <TextField
            label="Tags"
            hint="Up to eight, separated by commas."
            error={wrong.tags?.message}
            {...register('tags')}
          />
        </div>
      </Panel>
      <Panel title="Terms">
        <Conditions form={form} />
      </Panel>
      {children}
      {error !== null && <Problem error={error} />}
      <DialogActions>
        <Button type="submit" look="primary" isPending={isPending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  )
}

/** Who sees it, reads it, may fork it, and for what. */
function Conditions({ form }: { form: UseFormReturn<Form> }) {
  const { register, formState } = form
  const wrong = formState.errors
  const [access, isSold] = useWatch({ control: form.control, name: ['access', 'isSold'] })
  return (
    <div className={styles['fields']}>
      <SelectField
        label="Who sees it"
        error={wrong.visibility?.message}
        {...register('visibility')}
      >
        {VISIBILITIES.map((each) => (
          <option key={each} value={each}>
            {VISIBILITY_WORDS[each]}
          </option>
        ))}
      </SelectField>
      <SelectField label="Code" error={wrong.access?.message} {...register('access')}>
        {ACCESSES.map((each) => (
          <option key={each} value={each}>
            {ACCESS_WORDS[each]}
          </option>
        ))}
      </SelectField>
      {access === 'open' && (
        <SelectField label="Licence" error={wrong.licence?.message} {...register('licence')}>
          {LICENCES.map((each) => (
            <option key={each} value={each}>
              {LICENCE_WORDS[each]}
            </option>
          ))}
        </SelectField>
      )}
      <SwitchField label="It is sold" {...register('isSold')} />
      {isSold && (
        <>
          <TextField
            label="Price"
            inputMode="decimal"
            error={wrong.amount?.message}
            {...register('amount')}
          />
          <SelectField label="Currency" {...register('currency')}>
            {['EUR', 'GBP', 'USD'].map((each) => (
              <option key={each}>{each}</option>
            ))}
          </SelectField>
          <SelectField label="Paid" {...register('plan')}>
            <option value="once">Once</option>
            <option value="monthly">Every month</option>
          </SelectField>
        </>
      )}
    </div>
  )
}

const NAMES = new Set<string>(['title', 'summary', 'description', 'tags', 'visibility', 'access'])

/** What the API says about single fields; "terms.title" and "title" are the same one. */
function fieldsOf(error: Error | null): { field: FieldPath<Form>; message: string }[] {
  if (!(error instanceof ApiError)) return []
  return (error.problem.errors ?? []).flatMap(({ field, message }) => {
    const name = field.replace(/^terms\./, '').split('.')[0] ?? ''
    return NAMES.has(name) ? [{ field: name as FieldPath<Form>, message }] : []
  })
}
