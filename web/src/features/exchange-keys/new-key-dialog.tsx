import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { SelectField, TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import { type KeyForm, keyForm, useAddKey } from './api'
import styles from './keys.module.css'

export interface VenueChoice {
  id: string
  title: string
}

interface NewKeyDialogProps {
  isOpen: boolean
  venues: readonly VenueChoice[]
  addresses: readonly string[]
  onClose: () => void
}

/** Takes a key once; it is checked at the exchange before it is stored. */
export function NewKeyDialog({ isOpen, ...rest }: NewKeyDialogProps) {
  return (
    <Dialog title="Add an exchange key" isOpen={isOpen} onClose={rest.onClose}>
      <KeyFields {...rest} />
    </Dialog>
  )
}

function KeyFields({ venues, addresses, onClose }: Omit<NewKeyDialogProps, 'isOpen'>) {
  const adding = useAddKey()
  const { register, handleSubmit, formState } = useForm<KeyForm>({
    resolver: zodResolver(keyForm),
    defaultValues: { name: '', venue: venues[0]?.id ?? '', apiKey: '', secret: '' },
  })
  const { errors } = formState
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit((form) => adding.mutate(form, { onSuccess: onClose }))(event)
      }}
    >
      <p className={styles['note']}>
        At the exchange, let the key read and trade on the spot market, and nothing else. A key that
        may withdraw is refused.
        {addresses.length > 0 && (
          <>
            {' '}
            Bind it to our address:{' '}
            <strong className={styles['addresses']}>{addresses.join(', ')}</strong>
          </>
        )}
      </p>
      <SelectField label="Exchange" error={errors.venue?.message} {...register('venue')}>
        {venues.map((venue) => (
          <option key={venue.id} value={venue.id}>
            {venue.title}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Name"
        placeholder="Main account"
        error={errors.name?.message}
        {...register('name')}
      />
      <SecretFields register={register} errors={errors} />
      {adding.error !== null && <Problem error={adding.error} />}
      <Button type="submit" look="primary" isPending={adding.isPending}>
        {adding.isPending ? 'Checking it at the exchange…' : 'Check and add'}
      </Button>
    </form>
  )
}

interface SecretFieldsProps {
  register: (name: 'apiKey' | 'secret') => object
  errors: { apiKey?: { message?: string }; secret?: { message?: string } }
}

/** The two texts of a key. Password managers are asked not to keep them. */
export function SecretFields({ register, errors }: SecretFieldsProps) {
  const shared = { autoComplete: 'off', spellCheck: false, 'data-1p-ignore': true } as const
  return (
    <>
      <TextField
        label="API key"
        error={errors.apiKey?.message}
        {...shared}
        {...register('apiKey')}
      />
      <TextField
        label="Secret"
        type="password"
        error={errors.secret?.message}
        {...shared}
        {...register('secret')}
      />
    </>
  )
}
