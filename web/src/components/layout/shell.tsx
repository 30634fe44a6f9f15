import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { Bot, FlaskConical, House, type LucideIcon, ScrollText, Settings } from 'lucide-react'
import { useEffect, useRef } from 'react'

import { useSession } from '@/lib/session'

import { Mark } from './brand'
import styles from './shell.module.css'

const PAGES: readonly {
  to: '/home' | '/strategies' | '/backtests' | '/bots' | '/settings'
  text: string
  icon: LucideIcon
}[] = [
  { to: '/home', text: 'Home', icon: House },
  { to: '/strategies', text: 'Strategies', icon: ScrollText },
  { to: '/backtests', text: 'Backtests', icon: FlaskConical },
  { to: '/bots', text: 'Bots', icon: Bot },
  { to: '/settings', text: 'Settings', icon: Settings },
]

/** The frame of every page behind the sign-in. */
export function Shell() {
  const main = useFocusOnNewPage()
  useSignInWhenOver()
  return (
    <div className={styles['shell']}>
      <a href="#main" className={styles['skip']}>
        Skip to the content
      </a>
      <header className={styles['sidebar']}>
        <Link to="/home" className={styles['brand']}>
          <Mark />
          Candlewick
        </Link>
        <nav aria-label="Main" className={styles['nav']}>
          {PAGES.map(({ to, text, icon: Icon }) => (
            <Link key={to} to={to} className={styles['link']}>
              <Icon size={18} aria-hidden />
              {text}
            </Link>
          ))}
        </nav>
        <SignedInAs />
      </header>
      <main ref={main} id="main" tabIndex={-1} className={styles['main']}>
        <Outlet />
      </main>
    </div>
  )
}

function SignedInAs() {
  const session = useSession()
  if (session.status !== 'signedIn') return null
  const { email, isGuest } = session.user
  return (
    <div className={styles['foot']}>
      <span className={styles['email']}>{isGuest ? 'Guest' : email}</span>
      {isGuest && <Link to="/sign-up">Keep this work</Link>}
    </div>
  )
}

/** A session that ended elsewhere, or was revoked, leads to the sign-in and from there back. */
function useSignInWhenOver() {
  const session = useSession()
  const router = useRouter()
  useEffect(() => {
    if (session.status === 'signedOut') void router.invalidate()
  }, [session.status, router])
}

/** A new page takes the focus, as a full page load would. Tabs of one page don't. */
function useFocusOnNewPage() {
  const ref = useRef<HTMLElement>(null)
  const page = useRouterState({
    select: (state) => state.location.pathname.split('/').slice(0, 3).join('/'),
  })
  const last = useRef(page)
  useEffect(() => {
    if (last.current !== page) ref.current?.focus({ preventScroll: true })
    last.current = page
  }, [page])
  return ref
}
