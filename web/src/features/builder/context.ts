import { createContext, useContext } from 'react'

import type { RegistryEntry, SpecProblem } from './model/api'
import { isInside, type Path, set } from './model/paths'
import type { Registry } from './model/registry'
import type { Spec } from './model/spec'

export interface PickRequest {
  /** Candle patterns only, or everything but them. */
  wants: 'values' | 'patterns'
  onPick: (entry: RegistryEntry) => void
}

/** What every block works with. */
export interface BuilderContextValue {
  spec: Spec
  registry: Registry
  problems: readonly SpecProblem[]
  /** Changes the spec as one step; quick changes of the same `what` become one. */
  edit: (change: (spec: Spec) => Spec, what?: string) => void
  /** Tells screen readers what happened. */
  announce: (text: string) => void
  /** Puts the focus on the element with this `data-focus` once it is drawn. */
  focusOn: (key: string) => void
  /** Opens the menu of indicators. */
  pickIndicator: (request: PickRequest) => void
  openExamples: () => void
}

export const BuilderContext = createContext<BuilderContextValue | null>(null)

export function useBuilder(): BuilderContextValue {
  const found = useContext(BuilderContext)
  if (found === null) throw new Error('Blocks are drawn inside a builder only.')
  return found
}

/** Changes what is at a path. */
export function useSet(path: Path): (value: unknown) => void {
  const { edit } = useBuilder()
  return (value) => edit((spec) => set(spec, path, value), path)
}

/** What the server says about a block: about itself and all in it, but for what inner blocks say themselves. */
export function useProblems(path: Path, { except = [] }: { except?: readonly string[] } = {}) {
  const { problems } = useBuilder()
  return problems.filter(
    (problem) =>
      isInside(problem.path, path) &&
      !except.some((inner) => problem.path.startsWith(`${path}.${inner}.`)),
  )
}

/** Whether something is wrong at a path or below it. */
export function useIsWrong(path: Path): boolean {
  return useProblems(path).length > 0
}
