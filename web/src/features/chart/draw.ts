import { measureText } from './measure'
import type { Scene } from './overlay'
import { faded } from './palette'
import { firstVisible, type Segment, type TradeShape } from './trade-shapes'

/** Where and how to draw: `x` of a candle's left edge, `y` of a price, both in CSS pixels. */
export interface Pen {
  context: CanvasRenderingContext2D
  width: number
  height: number
  x: (candle: number) => number
  y: (price: number) => number | null
}

const FONT = '500 11px "Inter Variable", system-ui, sans-serif'
const ARROW = 6
const SMALL_ARROW = 3
/** Narrower candles than this leave no room for words. */
const WORDS_FROM_PX = 5

/** The trades in view: areas from entry to exit below the candles, or arrows with labels above them. */
export function drawTrades(pen: Pen, scene: Scene, part: 'areas' | 'marks'): void {
  const { shapes, view, longest } = scene
  const hasWords = pen.x(1) - pen.x(0) >= WORDS_FROM_PX
  const seen = new Set<number>()
  for (let at = firstVisible(shapes, view.from, longest); at < shapes.length; at++) {
    const shape = shapes[at]
    if (shape === undefined || shape.entry > view.to) break
    if (shape.exit < view.from) continue
    if (part === 'areas') drawArea(pen, scene, shape)
    else drawMarks(pen, scene, shape, hasWords, seen)
  }
}

function drawArea(pen: Pen, scene: Scene, shape: TradeShape): void {
  const { context } = pen
  const top = pen.y(shape.trade.openRate)
  const bottom = pen.y(shape.exitPrice ?? shape.trade.openRate)
  if (top === null || bottom === null) return
  const left = middle(pen, shape.entry)
  const right = middle(pen, shape.exit)
  const { gain, loss } = scene.palette
  const colour = shape.isGain ? gain : loss
  const isSelected = scene.selected?.shape.trade.number === shape.trade.number
  context.fillStyle = faded(colour, isSelected ? 0.28 : 0.13)
  context.fillRect(left, Math.min(top, bottom), right - left, Math.abs(bottom - top))
  context.strokeStyle = faded(colour, isSelected ? 1 : 0.6)
  context.lineWidth = isSelected ? 2 : 1
  context.setLineDash(shape.isGain ? [] : [4, 3])
  context.beginPath()
  context.moveTo(left, top)
  context.lineTo(right, bottom)
  context.stroke()
  context.setLineDash([])
}

function drawMarks(
  pen: Pen,
  scene: Scene,
  shape: TradeShape,
  hasWords: boolean,
  seen: Set<number>,
): void {
  const { palette } = scene
  const { isShort } = shape.trade
  const marks = [
    { candle: shape.entry, price: shape.trade.openRate, isUp: !isShort, text: shape.entryLabel },
    { candle: shape.exit, price: shape.exitPrice, isUp: isShort, text: shape.exitLabel },
  ]
  marks.forEach(({ candle, price, isUp, text }, index) => {
    const x = middle(pen, candle)
    const y = price === null ? null : pen.y(price)
    // Where many trades share a pixel, one arrow a direction stands for all.
    const spot = Math.round(x / 6) * 2 + (isUp ? 1 : 0)
    if (y === null || (!hasWords && seen.has(spot))) return
    seen.add(spot)
    const colour = index === 0 ? palette.info : shape.isGain ? palette.gain : palette.loss
    drawArrow(
      pen.context,
      { x, y: y + (isUp ? 3 : -3) },
      isUp ? 1 : -1,
      hasWords ? ARROW : SMALL_ARROW,
      colour,
    )
    if (hasWords) drawWords(pen, text, x, y + (isUp ? 22 : -22), colour, palette.surface)
  })
}

function drawArrow(
  context: CanvasRenderingContext2D,
  tip: { x: number; y: number },
  away: 1 | -1,
  size: number,
  colour: string,
): void {
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(tip.x, tip.y)
  context.lineTo(tip.x - size, tip.y + away * size * 1.6)
  context.lineTo(tip.x + size, tip.y + away * size * 1.6)
  context.closePath()
  context.fill()
}

function drawWords(
  pen: Pen,
  text: string,
  x: number,
  y: number,
  colour: string,
  halo: string,
): void {
  const { context } = pen
  context.font = FONT
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 3
  context.strokeStyle = halo
  context.strokeText(text, x, y)
  context.fillStyle = colour
  context.fillText(text, x, y)
}

/** Entry, stop and ROI of the selected trade. */
export function drawLines(pen: Pen, scene: Scene): void {
  if (scene.selected === null) return
  const { palette } = scene
  const { lines } = scene.selected
  drawSegment(pen, lines.entry, palette.info, [], 'Entry', palette.surface)
  for (const stop of lines.stop) {
    drawSegment(pen, stop, palette.loss, [6, 3], 'Stop', palette.surface)
  }
  lines.roi.forEach((roi, index) => {
    drawSegment(pen, roi, palette.gain, [2, 3], index === 0 ? 'ROI' : '', palette.surface)
  })
}

function drawSegment(
  pen: Pen,
  segment: Segment,
  colour: string,
  dash: number[],
  text: string,
  halo: string,
): void {
  const y = pen.y(segment.price)
  if (y === null) return
  const { context } = pen
  const left = pen.x(segment.from)
  context.strokeStyle = colour
  context.lineWidth = 1.5
  context.setLineDash(dash)
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(pen.x(segment.to), y)
  context.stroke()
  context.setLineDash([])
  if (text !== '') drawWords(pen, text, Math.max(left, 0) - 20, y, colour, halo)
}

/** The measured box with its figures. */
export function drawMeasure(pen: Pen, scene: Scene): void {
  const { measure, palette } = scene
  if (measure === null) return
  const top = pen.y(measure.from.price)
  const bottom = pen.y(measure.to.price)
  if (top === null || bottom === null) return
  const { context } = pen
  const left = pen.x(measure.from.candle)
  const right = pen.x(measure.to.candle)
  context.fillStyle = faded(palette.focus, 0.14)
  context.fillRect(left, top, right - left, bottom - top)
  context.strokeStyle = palette.focus
  context.lineWidth = 1
  context.strokeRect(left, top, right - left, bottom - top)
  const text = measureText(measure, scene.stepMs)
  const above = Math.min(top, bottom) - 12
  const y = above < 10 ? Math.max(top, bottom) + 12 : above
  const x = Math.min(Math.max((left + right) / 2, 110), pen.width - 110)
  drawWords(pen, text, x, y, palette.text, palette.surface)
}

function middle(pen: Pen, candle: number): number {
  return pen.x(candle + 0.5)
}
