import type { components } from '@/generated/api'

type Views = components['schemas']

/** What the API's OpenAPI document says that a view holds. */
export type ApiView<Name extends keyof Views> = Views[Name]

/** Does not compile when what the API says it sends no longer fits what a schema reads. */
export type Fits<_Read, _View extends _Read> = true
