import { Link } from '@tanstack/react-router'
import { GitFork, Star, Users } from 'lucide-react'
import type { ReactNode } from 'react'

import { Badge } from '@/components/ui/badge'
import { Change } from '@/components/ui/change'
import { formatNumber, formatPercent, formatSignedPercent, plural } from '@/lib/format'

import { GradeMark } from '../grade'
import { TermMarks } from '../marks'
import { meanStars } from '../words'
import type { Card } from './api'
import styles from './search.module.css'

/** One listing in few words and figures. The whole card leads to its page; the title is the link. */
export function ListingCard({ card }: { card: Card }) {
  const { headline, outOfSample } = card
  return (
    <article className={styles['card']}>
      <header className={styles['cardHead']}>
        <GradeMark grade={card.grade} />
        <div>
          <h2 className={styles['cardTitle']}>
            <Link to="/marketplace/$listingId" params={{ listingId: card.id }}>
              {card.title}
            </Link>
          </h2>
          <p className={styles['by']}>
            by{' '}
            <Link to="/marketplace/authors/$handle" params={{ handle: card.author }}>
              {card.author}
            </Link>{' '}
            · {marketOf(card)}
          </p>
        </div>
      </header>
      <p className={styles['summary']}>{card.summary}</p>
      <div className={styles['figures']}>
        <Sample title="Before publication" isProof={false}>
          <Figures
            profit={headline.profit_total}
            drawdown={headline.max_drawdown}
            sharpe={headline.sharpe}
          />
          <p>{plural(headline.total_trades ?? 0, 'trade')}</p>
        </Sample>
        <Sample title="Since publication" isProof>
          {outOfSample === null ? (
            <p className={styles['none']}>First figures after a day</p>
          ) : (
            <>
              <Figures {...outOfSample} />
              <p>
                {plural(outOfSample.days, 'day')}
                {!outOfSample.isInRange && ', outside its range'}
              </p>
            </>
          )}
        </Sample>
      </div>
      <footer className={styles['cardFoot']}>
        <span className={styles['marks']}>
          <TermMarks access={card.access} price={card.price} />
          {card.tags.slice(0, 3).map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
        <Usage card={card} />
      </footer>
    </article>
  )
}

interface SampleProps {
  title: string
  isProof: boolean
  children: ReactNode
}

function Sample({ title, isProof, children }: SampleProps) {
  return (
    <div
      role="group"
      aria-label={title}
      className={styles['sample']}
      data-proof={isProof || undefined}
    >
      <p className={styles['sampleTitle']}>{title}</p>
      {children}
    </div>
  )
}

type Figure = number | null | undefined

function Figures({ profit, drawdown, sharpe }: Record<'profit' | 'drawdown' | 'sharpe', Figure>) {
  return (
    <>
      <p className={styles['profit']}>
        <Change value={profit} text={formatSignedPercent(profit, 1)} />
      </p>
      <p className={styles['ratios']}>
        <span>Sharpe {formatNumber(sharpe)}</span> <span>fell {formatPercent(drawdown, 1)}</span>
      </p>
    </>
  )
}

function Usage({ card }: { card: Card }) {
  const stars = meanStars(card.counts)
  const { users, forks, reviews } = card.counts
  return (
    <span className={styles['usage']}>
      <span title={plural(users, 'user')}>
        <Users size={14} aria-hidden />
        <span className="visually-hidden">Users: </span>
        {formatNumber(users, 0)}
      </span>
      <span title={plural(forks, 'fork')}>
        <GitFork size={14} aria-hidden />
        <span className="visually-hidden">Forks: </span>
        {formatNumber(forks, 0)}
      </span>
      {stars !== null && (
        <span title={plural(reviews, 'review')}>
          <Star size={14} aria-hidden />
          <span className="visually-hidden">Stars: </span>
          {stars}
        </span>
      )}
    </span>
  )
}

function marketOf({ exchange, pairs, timeframe, canShort }: Card): string {
  const [first] = pairs
  const markets = pairs.length === 1 && first !== undefined ? first : plural(pairs.length, 'pair')
  return `${exchange}, ${markets}, ${timeframe}${canShort ? ', long and short' : ''}`
}
