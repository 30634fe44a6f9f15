import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import {
  Bot,
  FlaskConical,
  House,
  LogIn,
  type LucideIcon,
  ScrollText,
  Settings,
  Store,
} from 'lucide-react'
import { useEffect, useRef } from 'react'

import { loadAuth, useSession } from '@/lib/session'

import { Mark } from './brand'
import styles from './shell.module.css'

interface NavPage {
  to: '/home' | '/strategies' | '/backtests' | '/bots' | '/marketplace' | '/settings' | '/sign-in'
  text: string
  icon: LucideIcon
}

const MARKETPLACE: NavPage = { to: '/marketplace', text: 'Marketplace', icon: Store }
const PAGES: readonly NavPage[] = [
  { to: '/home', text: 'Home', icon: House },
  { to: '/strategies', text: 'Strategies', icon: ScrollText },
  { to: '/backtests', text: 'Backtests', icon: FlaskConical },
  { to: '/bots', text: 'Bots', icon: Bot },
  MARKETPLACE,
  { to: '/settings', text: 'Settings', icon: Settings },
]
const VISITOR_PAGES: readonly NavPage[] = [
  MARKETPLACE,
  { to: '/sign-in', text: 'Sign in', icon: LogIn },
]

/** The frame of every page of the app. Who is not signed in sees the ways that are open to them. */
export function Shell() {
  const main = useFocusOnNewPage()
  useSignInWhenOver()
  const isVisitor = useSession().status === 'signedOut'
  useEffect(() => {
    // A page that needs no sign-in is shown before it is known who looks at it.
    loadAuth().catch(() => null)
  }, [])
  return (
    <div className={styles['shell']}>
      <a href="#main" className={styles['skip']}>
        Skip to the content
      </a>
      <header className={styles['sidebar']}>
        <Link to={isVisitor ? '/' : '/home'} className={styles['brand']}>
          <Mark />
          Candlewick
        </Link>
        <nav aria-label="Main" className={styles['nav']}>
          {(isVisitor ? VISITOR_PAGES : PAGES).map(({ to, text, icon: Icon }) => (
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
  const last = useRef(session.status)
  useEffect(() => {
    if (session.status === 'signedOut' && last.current === 'signedIn') void router.invalidate()
    last.current = session.status
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
