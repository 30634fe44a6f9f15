import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import {
  attachClosestEdge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import type { Edge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/types'
import { type RefObject, useEffect, useRef, useState } from 'react'

export type Dragged = 'condition' | 'rule' | 'item'

interface Draggable {
  what: Dragged
  path: string
  isOff?: boolean
}

interface DropZone {
  /** Whether a dragged block may be dropped here. */
  takes: (what: Dragged, path: string) => boolean
  onDrop: (path: string, edge: 'before' | 'after') => void
}

export interface DragState {
  isDragged: boolean
  /** Where a block would go if it were let go now. */
  edge: 'before' | 'after' | null
}

const data = (what: Dragged, path: string) => ({ what, path })

/** Makes a block movable by its grip, and a place to drop others before or behind. */
export function useDrag(
  block: RefObject<HTMLElement | null>,
  grip: RefObject<HTMLElement | null> | null,
  source: Draggable,
  zone: DropZone,
): DragState {
  const [isDragged, setIsDragged] = useState(false)
  const [edge, setEdge] = useState<DragState['edge']>(null)
  const latest = useRef({ source, zone })
  latest.current = { source, zone }
  const isOff = source.isOff === true
  useEffect(() => {
    const element = block.current
    if (element === null) return undefined
    const stopTarget = dropTargetForElements({
      element,
      canDrop: ({ source: { data: found } }) => {
        const { what, path } = readData(found)
        return path !== latest.current.source.path && latest.current.zone.takes(what, path)
      },
      getData: ({ input }) =>
        attachClosestEdge({}, { element, input, allowedEdges: ['top', 'bottom'] }),
      onDrag: ({ self, location }) => {
        const isInnermost = location.current.dropTargets[0]?.element === element
        setEdge(isInnermost ? sideOf(extractClosestEdge(self.data)) : null)
      },
      onDragLeave: () => setEdge(null),
      onDrop: ({ self, source: { data: found }, location }) => {
        setEdge(null)
        if (location.current.dropTargets[0]?.element !== element) return
        latest.current.zone.onDrop(readData(found).path, sideOf(extractClosestEdge(self.data)))
      },
    })
    if (grip?.current == null || isOff) return stopTarget
    return combine(
      stopTarget,
      draggable({
        element,
        dragHandle: grip.current,
        getInitialData: () => data(latest.current.source.what, latest.current.source.path),
        onDragStart: () => setIsDragged(true),
        onDrop: () => setIsDragged(false),
      }),
    )
  }, [block, grip, isOff])
  return { isDragged, edge }
}

function sideOf(edge: Edge | null): 'before' | 'after' {
  return edge === 'top' ? 'before' : 'after'
}

function readData(found: Record<string | symbol, unknown>): { what: Dragged; path: string } {
  return { what: found['what'] as Dragged, path: String(found['path']) }
}
