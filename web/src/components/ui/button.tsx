import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react'

import { cn } from '@/lib/cn'

import styles from './button.module.css'

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook
  /** While true a press does nothing; the button keeps its focus. */
  isPending?: boolean
  ref?: Ref<HTMLButtonElement>
}

function classOf(look: ButtonLook, isIcon = false): string {
  return cn(styles['button'], look !== 'plain' && styles[look], isIcon && styles['icon'])
}

export function Button({
  look = 'plain',
  isPending = false,
  type = 'button',
  className,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={isPending ? 'button' : type}
      aria-disabled={isPending || undefined}
      className={cn(classOf(look), className)}
      onClick={isPending ? undefined : onClick}
    />
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'isPending'> {
  /** What it does: its name for screen readers and its tooltip. */
  label: string
}

export function IconButton({
  label,
  look = 'quiet',
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={cn(classOf(look, true), className)}
    />
  )
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  look?: ButtonLook
  ref?: Ref<HTMLAnchorElement>
}

function ButtonAnchor({ look = 'plain', className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={cn(classOf(look), className)}>
      {children}
    </a>
  )
}

/** A link to a page of the app that looks like a button; takes TanStack Router's link props. */
export const ButtonLink = createLink(ButtonAnchor)
