import {
  type CandlestickSeriesPartialOptions,
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
} from 'lightweight-charts'

import { faded, type Palette } from './palette'

/** Moving and zooming in time is ours, since the library knows only a part of the run's bars. */
export const FIXED_OPTIONS: DeepPartial<ChartOptions> = {
  autoSize: true,
  // From the beginning, since the library's logo writes HTML, which Trusted Types forbid. The page's foot
  // names the library.
  layout: { attributionLogo: false },
  handleScroll: false,
  handleScale: {
    mouseWheel: false,
    pinch: false,
    axisPressedMouseMove: { time: false, price: true },
    axisDoubleClickReset: { time: false, price: true },
  },
  crosshair: { mode: CrosshairMode.Normal },
  // A scale that grows with its numbers would resize every canvas while the view moves.
  rightPriceScale: { minimumWidth: 96 },
  timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.05 },
}

export function coloursOf(palette: Palette): DeepPartial<ChartOptions> {
  return {
    layout: {
      background: { type: ColorType.Solid, color: palette.surface },
      textColor: palette.muted,
      fontFamily: '"Inter Variable", system-ui, sans-serif',
      panes: { separatorColor: palette.grid, separatorHoverColor: faded(palette.muted, 0.2) },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    rightPriceScale: { borderColor: palette.grid },
    timeScale: { borderColor: palette.grid },
  }
}

/** Rising candles are hollow and falling ones filled, so that colour is not alone. */
export function candleColoursOf(palette: Palette): CandlestickSeriesPartialOptions {
  return {
    upColor: palette.surface,
    borderUpColor: palette.gain,
    wickUpColor: palette.gain,
    downColor: palette.loss,
    borderDownColor: palette.loss,
    wickDownColor: palette.loss,
  }
}
