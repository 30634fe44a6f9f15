import { formatNumber } from '@/lib/format'

import type { Counts, Grade, Price, Right, STANDINGS, Terms } from './schemas'

/** What a grade says, as in the trust report. */
export const GRADE_WORDS: Record<Grade, string> = {
  A: 'Nothing speaks against it',
  B: 'Little that was looked at speaks against it',
  C: 'There is reason to doubt it',
  D: 'There is much reason to doubt it',
  F: 'Not to be believed',
}

export const VISIBILITY_WORDS: Record<Terms['visibility'], string> = {
  public: 'Public: found by search',
  unlisted: 'Unlisted: seen by whoever has the address',
  private: 'Private: seen by whoever you invite',
}

export const ACCESS_WORDS: Record<Terms['access'], string> = {
  open: 'Open: others read the code',
  closed: 'Closed: others run it and never read it',
}

export const LICENCE_WORDS: Record<Terms['licence'], string> = {
  'GPL-3.0-or-later': 'GPL 3.0 or later: forks stay open',
  MIT: 'MIT: forks may be anything',
  'Apache-2.0': 'Apache 2.0: forks may be anything, with a patent licence',
  'all-rights-reserved': 'All rights reserved: to be read, not forked',
}

export const STANDING_WORDS: Record<(typeof STANDINGS)[number], string> = {
  draft: 'Draft',
  published: 'Published',
  withdrawn: 'Withdrawn',
  suspended: 'Suspended',
}

/** Why something cannot be done with a listing. */
export const WHY_NOT: Partial<Record<Right, string>> = {
  read_code: 'The author does not show this code.',
  run: 'This strategy is sold: buy it to run it.',
  fork: 'Its code or its licence does not allow forks.',
  review: 'Whoever has run it may review it.',
}

/** "Free", "19.90 USD", "9 USD a month". */
export function priceText(price: Price | null): string {
  if (price === null) return 'Free'
  const amount = `${price.amount} ${price.currency}`
  return price.plan === 'monthly' ? `${amount} a month` : amount
}

/** The mean of the ratings with one decimal, or null while there is none. */
export function meanStars({ stars, reviews }: Pick<Counts, 'stars' | 'reviews'>): string | null {
  return reviews === 0 ? null : formatNumber(stars / reviews, 1)
}
