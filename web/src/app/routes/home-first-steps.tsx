import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FlaskConical, type LucideIcon, ScrollText, Sparkles } from 'lucide-react'
import type { ReactNode } from 'react'

import { Button, ButtonLink } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'

import styles from './home.module.css'

/** What somebody new may do first. */
export default function FirstSteps() {
  return (
    <div className={styles['steps']}>
      <Step icon={Sparkles} title="See a whole one" text="A template strategy, backtested for you.">
        <FirstBacktestButton />
      </Step>
      <Step icon={ScrollText} title="Bring your own" text="Upload Freqtrade code or start empty.">
        <ButtonLink to="/strategies">To the strategies</ButtonLink>
      </Step>
      <Step icon={FlaskConical} title="Choose everything" text="Pairs, days, money, fees.">
        <ButtonLink to="/backtests/new">New backtest</ButtonLink>
      </Step>
    </div>
  )
}

function Step({
  icon: Icon,
  title,
  text,
  children,
}: {
  icon: LucideIcon
  title: string
  text: string
  children: ReactNode
}) {
  return (
    <section className={styles['step']}>
      <Icon size={22} aria-hidden className={styles['stepIcon']} />
      <h2>{title}</h2>
      <p className={styles['muted']}>{text}</p>
      {children}
    </section>
  )
}

function FirstBacktestButton() {
  const navigate = useNavigate()
  const starting = useMutation({
    mutationFn: async () => (await import('../first-backtest')).startFirstBacktest(),
    onSuccess: (runId) => navigate({ to: '/backtests/$runId', params: { runId } }),
  })
  return (
    <>
      {starting.error !== null && <Problem error={starting.error} />}
      <Button look="primary" isPending={starting.isPending} onClick={() => starting.mutate()}>
        {starting.isPending ? 'Starting…' : 'Run a first backtest'}
      </Button>
    </>
  )
}
