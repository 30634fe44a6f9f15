import { CircleAlert } from 'lucide-react'
import {
  type ComponentProps,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'

import { cn } from '@/lib/cn'

import styles from './field.module.css'

interface FrameProps {
  label: ReactNode
  /** Below the control, always shown. */
  hint?: ReactNode | undefined
  /** What is wrong and what to do; marks the control as invalid. */
  error?: string | undefined
  /** Keeps the label for screen readers only. */
  isLabelHidden?: boolean
}

interface Wiring {
  id: string
  'aria-invalid': boolean
  'aria-describedby': string | undefined
}

function Frame({
  label,
  hint,
  error,
  isLabelHidden = false,
  children,
}: FrameProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
  return (
    <div className={styles['field']}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : styles['label']}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': described.filter(Boolean).join(' ') || undefined,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className={styles['error']}>
          <CircleAlert size={14} aria-hidden />
          {error}
        </p>
      )}
    </div>
  )
}

type TextProps = FrameProps &
  InputHTMLAttributes<HTMLInputElement> & {
    ref?: ComponentProps<'input'>['ref']
    /** A unit at the end of the control. */
    suffix?: string
  }

/** A labelled input; spreads react-hook-form's `register(…)`. */
export function TextField({
  label,
  hint,
  error,
  isLabelHidden,
  suffix,
  className,
  ...input
}: TextProps) {
  return (
    <Frame {...frame({ label, hint, error, isLabelHidden })}>
      {(wiring) => (
        <div className={suffix === undefined ? undefined : styles['affixed']}>
          <input {...input} {...wiring} className={cn(styles['input'], className)} />
          {suffix !== undefined && (
            <span aria-hidden className={styles['suffix']}>
              {suffix}
            </span>
          )}
        </div>
      )}
    </Frame>
  )
}

type AreaProps = FrameProps &
  TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: ComponentProps<'textarea'>['ref'] }

export function TextAreaField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  ...area
}: AreaProps) {
  return (
    <Frame {...frame({ label, hint, error, isLabelHidden })}>
      {(wiring) => (
        <textarea rows={4} {...area} {...wiring} className={cn(styles['input'], className)} />
      )}
    </Frame>
  )
}

type SelectProps = FrameProps &
  SelectHTMLAttributes<HTMLSelectElement> & { ref?: ComponentProps<'select'>['ref'] }

/** A labelled native select; its options are its children. */
export function SelectField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  ...select
}: SelectProps) {
  return (
    <Frame {...frame({ label, hint, error, isLabelHidden })}>
      {(wiring) => <select {...select} {...wiring} className={cn(styles['input'], className)} />}
    </Frame>
  )
}

type SwitchProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> & {
  label: ReactNode
  ref?: ComponentProps<'input'>['ref']
}

/** On or off. */
export function SwitchField({ label, ...input }: SwitchProps) {
  return (
    <label className={styles['switch']}>
      <input {...input} type="checkbox" role="switch" />
      <span>{label}</span>
    </label>
  )
}

// exactOptionalPropertyTypes: what was not given must not be given as undefined.
function frame({
  label,
  hint,
  error,
  isLabelHidden,
}: { [K in keyof FrameProps]: FrameProps[K] | undefined }): FrameProps {
  return {
    label,
    error,
    ...(hint === undefined ? {} : { hint }),
    ...(isLabelHidden === undefined ? {} : { isLabelHidden }),
  }
}
