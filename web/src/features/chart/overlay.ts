import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
} from 'lightweight-charts'

import { drawLines, drawMeasure, drawTrades, type Pen } from './draw'
import type { View } from './grid'
import type { Measure } from './measure'
import type { Palette } from './palette'
import type { TradeLines, TradeShape } from './trade-shapes'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** What lies over the candles. */
export interface Scene {
  palette: Palette
  stepMs: number
  view: View
  shapes: readonly TradeShape[]
  /** The longest trade in candles: a trade may begin so far left of the view. */
  longest: number
  selected: { shape: TradeShape; lines: TradeLines } | null
  measure: Measure | null
  /** From a candle's left edge to pixels. */
  x: (candle: number) => number
}

/** Draws trades, the selected one's lines and the measure over the candles; only what is in view. */
export class Overlay implements ISeriesPrimitive {
  private attachment: SeriesAttachedParameter | null = null
  private readonly views: readonly IPrimitivePaneView[]

  constructor(private readonly scene: () => Scene) {
    const draw = (target: Target, layer: (pen: Pen, scene: Scene) => void) => {
      target.useMediaCoordinateSpace(({ context, mediaSize }) => {
        const found = this.scene()
        const y = (price: number) => this.attachment?.series.priceToCoordinate(price) ?? null
        layer({ context, width: mediaSize.width, height: mediaSize.height, x: found.x, y }, found)
      })
    }
    const view = (
      zOrder: 'bottom' | 'top',
      layer: (pen: Pen, scene: Scene) => void,
    ): IPrimitivePaneView => {
      const renderer = { draw: (target: Target) => draw(target, layer) }
      return { zOrder: () => zOrder, renderer: () => renderer }
    }
    this.views = [
      view('bottom', (pen, found) => drawTrades(pen, found, 'areas')),
      view('top', (pen, found) => {
        drawTrades(pen, found, 'marks')
        drawLines(pen, found)
        drawMeasure(pen, found)
      }),
    ]
  }

  attached(attachment: SeriesAttachedParameter): void {
    this.attachment = attachment
  }

  detached(): void {
    this.attachment = null
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  redraw(): void {
    this.attachment?.requestUpdate()
  }
}
