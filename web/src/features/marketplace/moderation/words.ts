import type { Ruling } from './api'

export const RULING_WORDS: Record<Ruling, string> = {
  dismiss: 'Leave it as it is',
  'suspend-listing': 'Take the listing down',
  'restore-listing': 'Put the listing back',
  'hide-review': 'Hide the review',
  'restore-review': 'Show the review again',
}
