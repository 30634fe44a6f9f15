import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import {
  accountQueries,
  createToken,
  type NewToken,
  type NewTokenForm,
  newTokenForm,
  type Scope,
} from './api'
import styles from './settings.module.css'

const SCOPES: readonly (readonly [Scope, string])[] = [
  ['read', 'read strategies, backtests and candles'],
  ['strategies', 'change strategies'],
  ['backtests', 'start and change backtests'],
  ['bots', 'start, change and stop bots'],
]

interface NewTokenDialogProps {
  isOpen: boolean
  onClose: () => void
}

/** Makes a token and shows its text, this one time. */
export function NewTokenDialog({ isOpen, onClose }: NewTokenDialogProps) {
  const client = useQueryClient()
  const making = useMutation({
    mutationFn: createToken,
    onSuccess: () => client.invalidateQueries({ queryKey: accountQueries.all() }),
  })
  const close = () => {
    making.reset()
    onClose()
  }
  return (
    <Dialog title="New API token" isOpen={isOpen} onClose={close}>
      {making.data === undefined ? (
        <TokenForm isPending={making.isPending} error={making.error} onSubmit={making.mutate} />
      ) : (
        <TokenText made={making.data} onDone={close} />
      )}
    </Dialog>
  )
}

interface TokenFormProps {
  isPending: boolean
  error: Error | null
  onSubmit: (form: NewTokenForm) => void
}

function TokenForm({ isPending, error, onSubmit }: TokenFormProps) {
  const { register, handleSubmit, formState } = useForm<NewTokenForm>({
    resolver: zodResolver(newTokenForm),
    defaultValues: { name: '', scopes: ['read'], expiresInDays: 90 },
  })
  const { errors } = formState
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit(onSubmit)(event)
      }}
    >
      <TextField
        label="Name"
        placeholder="laptop"
        error={errors.name?.message}
        {...register('name')}
      />
      <fieldset className={styles['checks']}>
        <legend>It may</legend>
        {SCOPES.map(([scope, text]) => (
          <label key={scope}>
            <input type="checkbox" value={scope} {...register('scopes')} />
            {text}
          </label>
        ))}
        {errors.scopes?.message !== undefined && (
          <p role="alert" className={styles['error']}>
            {errors.scopes.message}
          </p>
        )}
      </fieldset>
      <TextField
        label="Days until it ends"
        inputMode="numeric"
        error={errors.expiresInDays?.message}
        {...register('expiresInDays', { valueAsNumber: true })}
      />
      {error !== null && <Problem error={error} />}
      <Button type="submit" look="primary" isPending={isPending}>
        Make the token
      </Button>
    </form>
  )
}

function TokenText({ made, onDone }: { made: NewToken; onDone: () => void }) {
  return (
    <div className={styles['stack']}>
      <p>
        This is the only time that the token is shown. Put it into your password manager, or into{' '}
        <code>CANDLEWICK_TOKEN</code>.
      </p>
      <code className={styles['secret']}>{made.token}</code>
      <DialogActions>
        <Button onClick={() => void navigator.clipboard.writeText(made.token)}>Copy</Button>
        <Button look="primary" onClick={onDone}>
          I have it
        </Button>
      </DialogActions>
    </div>
  )
}
