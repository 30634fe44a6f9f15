import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'

import { Mark } from '@/components/layout/brand'

import styles from './sign-in.module.css'

/** The frame of the pages on which somebody signs in. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Candlewick`
  }, [title])
  return (
    <div className={styles['page']}>
      <header>
        <Link to="/" className={styles['brand']}>
          <Mark />
          Candlewick
        </Link>
      </header>
      <main className={styles['card']}>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  )
}
