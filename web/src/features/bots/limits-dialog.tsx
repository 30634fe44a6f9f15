import { zodResolver } from '@hookform/resolvers/zod'
import { FormProvider, useForm } from 'react-hook-form'
import { z } from 'zod'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useChangeBot } from './api'
import styles from './bots.module.css'
import { GuardFields } from './guard-fields'
import { limitsForm, limitsPlanOf, limitsRequest } from './plan'
import type { Bot } from './schemas'

interface LimitsDialogProps {
  bot: Bot
  isOpen: boolean
  onClose: () => void
}

/** Changes what the platform holds; a running bot takes it over within seconds. */
export function LimitsDialog({ bot, isOpen, onClose }: LimitsDialogProps) {
  return (
    <Dialog title={`Limits of ${bot.name}`} isOpen={isOpen} onClose={onClose}>
      <Fields bot={bot} onClose={onClose} />
    </Dialog>
  )
}

function Fields({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const changing = useChangeBot(bot.id)
  const form = useForm<z.infer<typeof limitsForm>>({
    resolver: zodResolver(limitsForm),
    defaultValues: limitsPlanOf(bot.limits),
  })
  const save = (plan: z.infer<typeof limitsForm>) =>
    changing.mutate(
      { limits: { ...bot.limits, ...limitsRequest(plan) } },
      {
        onSuccess: () => {
          onClose()
          toast('The limits are changed.')
        },
      },
    )
  return (
    <FormProvider {...form}>
      <form
        noValidate
        className={styles['form']}
        onSubmit={(event) => {
          void form.handleSubmit(save)(event)
        }}
      >
        {bot.mode === 'signals' && (
          <p className={styles['muted']}>
            Limits hold trades. This bot makes none, so they matter only when you make one of it
            that does.
          </p>
        )}
        <GuardFields currency={bot.stakeCurrency} />
        {changing.error !== null && <Problem error={changing.error} />}
        <DialogActions>
          <Button onClick={onClose}>Leave them</Button>
          <Button type="submit" look="primary" isPending={changing.isPending}>
            Change the limits
          </Button>
        </DialogActions>
      </form>
    </FormProvider>
  )
}
