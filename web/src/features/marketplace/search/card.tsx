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
import { Spark } from './spark'

/** One listing in few words and figures. The whole card leads to its page; the title is the link. */
export function ListingCard({ card }: { card: Card }) {
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
      {card.spark !== null && <Spark {...card.spark} />}
      <dl className={styles['figures']}>
        <Sample title="Before publication" isProof={false} {...card.inSample}>
          {plural(card.inSample.trades ?? 0, 'trade')}
        </Sample>
        {card.outOfSample === null ? (
          <div className={styles['sample']} data-proof>
            <dt>Since publication</dt>
            <dd className={styles['none']}>First figures after a day</dd>
          </div>
        ) : (
          <Sample title="Since publication" isProof {...card.outOfSample}>
            {plural(card.outOfSample.days, 'day')}
            {!card.outOfSample.isInRange && ', outside its range'}
          </Sample>
        )}
      </dl>
      <footer className={styles['cardFoot']}>
        <span>
          <TermMarks access={card.access} price={card.price} />{' '}
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
  profit: number | null
  drawdown: number | null
  sharpe: number | null
  children: ReactNode
}

function Sample({ title, isProof, profit, drawdown, sharpe, children }: SampleProps) {
  return (
    <div className={styles['sample']} data-proof={isProof || undefined}>
      <dt>{title}</dt>
      <dd className={styles['profit']}>
        <Change value={profit} text={formatSignedPercent(profit, 1)} />
      </dd>
      <dd>
        Sharpe {formatNumber(sharpe)} · fell {formatPercent(drawdown, 1)}
      </dd>
      <dd>{children}</dd>
    </div>
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

function marketOf({ exchange, pairs, pairCount, timeframe, canShort }: Card): string {
  const [first] = pairs
  const markets = pairCount === 1 && first !== undefined ? first : plural(pairCount, 'pair')
  return `${exchange}, ${markets}, ${timeframe}${canShort ? ', long and short' : ''}`
}
