import { z } from 'zod'

import { ACCESSES, type Listing, LICENCES, PLANS, type Terms, VISIBILITIES } from '../schemas'

const TITLE = 80
const SUMMARY = 200
const DESCRIPTION = 10_000
const MOST_TAGS = 8

/** The terms as they are typed. */
export const termsForm = z
  .object({
    title: z.string().trim().min(1, 'Give it a name.').max(TITLE),
    summary: z.string().trim().min(1, 'Say in one sentence what it does.').max(SUMMARY),
    description: z.string().max(DESCRIPTION),
    tags: z.string(),
    visibility: z.enum(VISIBILITIES),
    access: z.enum(ACCESSES),
    licence: z.enum(LICENCES),
    isSold: z.boolean(),
    amount: z.string(),
    currency: z.enum(['EUR', 'GBP', 'USD']),
    plan: z.enum(PLANS),
  })
  .superRefine((form, context) => {
    if (tagsOf(form.tags).length > MOST_TAGS) {
      context.addIssue({ code: 'custom', path: ['tags'], message: `At most ${MOST_TAGS} tags.` })
    }
    if (form.isSold && !/^\d{1,5}(\.\d{1,2})?$/.test(form.amount)) {
      context.addIssue({
        code: 'custom',
        path: ['amount'],
        message: 'Enter an amount like 19.90, from 1 on.',
      })
    }
  })
export type TermsForm = z.infer<typeof termsForm>

export const EMPTY_TERMS: TermsForm = {
  title: '',
  summary: '',
  description: '',
  tags: '',
  visibility: 'public',
  access: 'open',
  licence: 'MIT',
  isSold: false,
  amount: '',
  currency: 'EUR',
  plan: 'once',
}

export function formOf(listing: Listing): TermsForm {
  const { price } = listing
  return {
    title: listing.title,
    summary: listing.summary,
    description: listing.description,
    tags: listing.tags.join(', '),
    visibility: listing.visibility,
    access: listing.access,
    licence: listing.licence,
    isSold: price !== null,
    amount: price?.amount ?? '',
    currency: (price?.currency ?? 'EUR') as TermsForm['currency'],
    plan: price?.plan ?? 'once',
  }
}

export function termsOf(form: TermsForm): Terms {
  const { isSold, amount, currency, plan, tags, ...rest } = form
  return { ...rest, tags: tagsOf(tags), price: isSold ? { amount, currency, plan } : null }
}

function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().toLowerCase())
  return [...new Set(tags.filter((tag) => tag !== ''))]
}
