import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { z } from 'zod'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'

import { botQueries, useSetAlerts } from './api'
import styles from './bots.module.css'
import type { Alerts } from './schemas'

const alertForm = z.object({
  email: z.union([z.literal(''), z.email('Enter an e-mail address, or nothing.')]),
  webhookUrl: z
    .string()
    .trim()
    .regex(/^$|^https?:\/\/\S+$/, 'It must begin with https://.'),
  webhookSecret: z.string().trim().max(200),
  telegramChat: z
    .string()
    .trim()
    .regex(/^$|^-?\d+$|^@\w+$/, 'Enter the number of the chat, or @channel.'),
})
type AlertForm = z.infer<typeof alertForm>

/** Where the user is told what bots do. */
export function AlertSettings() {
  const alerts = useQuery(botQueries.alerts())
  return (
    <Panel
      title="Alerts"
      note="For starts and stops, entries and exits, errors, limits, and a bot that falls silent."
    >
      {alerts.data !== undefined ? (
        <Fields alerts={alerts.data} />
      ) : alerts.error === null ? (
        <Loading label="Loading where you are told">
          <Skeleton height="14rem" />
        </Loading>
      ) : (
        <Problem error={alerts.error} onRetry={() => void alerts.refetch()} />
      )}
    </Panel>
  )
}

function Fields({ alerts }: { alerts: Alerts }) {
  const saving = useSetAlerts()
  const { register, handleSubmit, formState } = useForm<AlertForm>({
    resolver: zodResolver(alertForm),
    defaultValues: {
      email: alerts.email,
      webhookUrl: alerts.webhookUrl,
      webhookSecret: '',
      telegramChat: alerts.telegramChat,
    },
  })
  const { errors } = formState
  const save = ({ webhookSecret, ...rest }: AlertForm) =>
    saving.mutate(webhookSecret === '' ? rest : { ...rest, webhookSecret }, {
      onSuccess: () => toast('Saved where you are told.'),
    })
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit(save)(event)
      }}
    >
      <div className={styles['fields']}>
        <TextField
          label="E-mail"
          type="email"
          placeholder="nowhere"
          error={errors.email?.message}
          {...register('email')}
        />
        <TextField
          label="Telegram chat"
          placeholder="nowhere"
          error={errors.telegramChat?.message}
          {...register('telegramChat')}
        />
        <TextField
          label="Webhook"
          type="url"
          placeholder="nowhere"
          error={errors.webhookUrl?.message}
          {...register('webhookUrl')}
        />
        <TextField
          label="Webhook’s secret"
          type="password"
          autoComplete="off"
          hint={
            alerts.hasWebhookSecret
              ? 'One is stored; enter another to replace it.'
              : 'Signs what is sent, so that nobody can pretend to be us.'
          }
          error={errors.webhookSecret?.message}
          {...register('webhookSecret')}
        />
      </div>
      {saving.error !== null && <Problem error={saving.error} />}
      <div>
        <Button type="submit" look="primary" isPending={saving.isPending}>
          Save alerts
        </Button>
      </div>
    </form>
  )
}
