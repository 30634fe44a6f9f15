import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Problem } from '@/components/ui/problem'

import { type CredentialsForm, credentialsForm, type ExchangeKey, useRotateKey } from './api'
import styles from './keys.module.css'
import { SecretFields } from './new-key-dialog'

interface RotateDialogProps {
  exchangeKey: ExchangeKey
  isOpen: boolean
  onClose: () => void
}

/** Puts a new key of the same account in the place of the old one. */
export function RotateDialog({ exchangeKey, isOpen, onClose }: RotateDialogProps) {
  return (
    <Dialog title={`Renew ${exchangeKey.name}`} isOpen={isOpen} onClose={onClose}>
      <Fields exchangeKey={exchangeKey} onClose={onClose} />
    </Dialog>
  )
}

function Fields({ exchangeKey, onClose }: Omit<RotateDialogProps, 'isOpen'>) {
  const rotating = useRotateKey(exchangeKey.id)
  const { register, handleSubmit, formState } = useForm<CredentialsForm>({
    resolver: zodResolver(credentialsForm),
    defaultValues: { apiKey: '', secret: '' },
  })
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit((form) => rotating.mutate(form, { onSuccess: onClose }))(event)
      }}
    >
      <p className={styles['note']}>
        Make a new key of the same account at the exchange. Bots use it when they start anew; delete
        the old one at the exchange afterwards.
      </p>
      <SecretFields register={register} errors={formState.errors} />
      {rotating.error !== null && <Problem error={rotating.error} />}
      <Button type="submit" look="primary" isPending={rotating.isPending}>
        Check and renew
      </Button>
    </form>
  )
}
