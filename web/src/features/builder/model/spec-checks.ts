import type { components } from '@/generated/spec'

import type { Spec } from './spec'

/** As the server sends it: what is null there is left out. */
type Sent<T> = T extends readonly (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [K in keyof T as null extends T[K] ? never : K]-?: Sent<T[K]> } & {
        [K in keyof T as null extends T[K] ? K : never]?: Sent<Exclude<T[K], null>> | undefined
      }
    : T
type Fits<_Read, _Sent extends _Read> = true
type Views = components['schemas']
/** Does not compile when the server's model of specs is no longer the one that blocks are made of. */
export type Checks = [
  Fits<Spec, Sent<Views['StrategySpec']>>,
  Fits<Sent<Views['StrategySpec']>, Spec>,
]
