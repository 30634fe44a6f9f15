import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'

import styles from './badge.module.css'

export type Tone = 'neutral' | 'gain' | 'loss' | 'warning' | 'info'

interface BadgeProps {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
}

/** A short state in words, with an icon so that its colour is not alone. */
export function Badge({ tone = 'neutral', icon: Icon, children }: BadgeProps) {
  return (
    <span className={cn(styles['badge'], tone !== 'neutral' && styles[tone])}>
      {Icon !== undefined && <Icon size={12} aria-hidden />}
      {children}
    </span>
  )
}
