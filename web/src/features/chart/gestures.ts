/** What a hand does on the chart. Places are fractions of the plot's width. */
export interface GestureTarget {
  /** Width of the plot in pixels, without the price scale. */
  plotWidth: () => number
  pan: (fraction: number) => void
  zoom: (factor: number, around: number) => void
  /** Whether a drag measures instead of moving. */
  measures: (event: PointerEvent) => boolean
  measure: (phase: 'start' | 'move' | 'end', x: number, y: number) => void
  click: (x: number, y: number) => void
}

const CLICK_PX = 4
const ZOOM_PER_PX = 0.0016
const MOST_PER_EVENT = 120

interface Held {
  x: number
  y: number
}

/** Follows pointers and wheel on an element; returns what ends it. */
export function followGestures(element: HTMLElement, target: GestureTarget): () => void {
  const gestures = new Gestures(element, target)
  const ends = new AbortController()
  const { signal } = ends
  element.addEventListener('pointerdown', gestures.down, { signal })
  element.addEventListener('pointermove', gestures.move, { signal })
  element.addEventListener('pointerup', gestures.up, { signal })
  element.addEventListener('pointercancel', gestures.up, { signal })
  element.addEventListener('wheel', gestures.wheel, { signal, passive: false })
  return () => ends.abort()
}

class Gestures {
  private readonly held = new Map<number, Held>()
  private start: Held | null = null
  private isMeasuring = false
  private hasMoved = false

  constructor(
    private readonly element: HTMLElement,
    private readonly target: GestureTarget,
  ) {}

  readonly down = (event: PointerEvent): void => {
    const place = this.place(event)
    if (event.button !== 0 || place.x > this.target.plotWidth()) return
    this.held.set(event.pointerId, place)
    this.element.setPointerCapture(event.pointerId)
    if (this.held.size > 1) return
    this.start = place
    this.hasMoved = false
    this.isMeasuring = this.target.measures(event)
    if (this.isMeasuring) this.target.measure('start', place.x, place.y)
  }

  readonly move = (event: PointerEvent): void => {
    const last = this.held.get(event.pointerId)
    if (last === undefined || this.start === null) return
    const place = this.place(event)
    this.held.set(event.pointerId, place)
    const moved = Math.hypot(place.x - this.start.x, place.y - this.start.y)
    this.hasMoved ||= moved > CLICK_PX
    if (this.held.size === 2) this.pinch(event.pointerId, last, place)
    else if (this.isMeasuring) this.target.measure('move', place.x, place.y)
    else if (this.hasMoved) this.target.pan((last.x - place.x) / this.target.plotWidth())
  }

  readonly up = (event: PointerEvent): void => {
    if (!this.held.delete(event.pointerId) || this.held.size > 0) return
    const place = this.place(event)
    if (this.isMeasuring) this.target.measure('end', place.x, place.y)
    else if (!this.hasMoved && event.type === 'pointerup') this.target.click(place.x, place.y)
    this.start = null
  }

  readonly wheel = (event: WheelEvent): void => {
    const place = this.place(event)
    const width = this.target.plotWidth()
    if (place.x > width) return
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    const across = (event.shiftKey ? event.deltaY : event.deltaX) * unit
    if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY * unit)) {
      this.target.pan(across / width)
      return
    }
    const along = Math.max(-MOST_PER_EVENT, Math.min(MOST_PER_EVENT, event.deltaY * unit))
    this.target.zoom(Math.exp(along * ZOOM_PER_PX), place.x / width)
  }

  private pinch(moved: number, last: Held, place: Held): void {
    const other = [...this.held].find(([id]) => id !== moved)?.[1]
    if (other === undefined) return
    const width = this.target.plotWidth()
    const before = Math.max(20, Math.abs(last.x - other.x))
    const after = Math.max(20, Math.abs(place.x - other.x))
    this.target.zoom(before / after, (place.x + other.x) / 2 / width)
    this.target.pan((last.x - place.x) / 2 / width)
  }

  private place(event: MouseEvent): Held {
    const box = this.element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
}
