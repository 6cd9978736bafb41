/** Where the canvas is looked at from when a bot is opened. */
import { getViewportForBounds, type Viewport } from '@xyflow/react'
import type { Doc } from '../doc/definition'
import { outlineOf } from './outline'

export const nearest = 2
export const farthest = 0.1
/** How much room stays around a flow that is shown whole. */
export const margin = 0.12
/** Below this, letters are too small to read. */
const readable = 0.5

/** The whole flow. One that does not fit in readable letters begins where the conversation begins. */
export function firstView(doc: Doc, width: number, height: number): Viewport {
  const boxes = [
    ...doc.order.map(id => ({ at: doc.layout[id]!, size: outlineOf(doc.nodes[id]!).measured })),
    ...Object.values(doc.notes).map(({ at, size = [200, 90] }) => ({
      at,
      size: { width: size[0], height: size[1] },
    })),
  ]
  if (boxes.length === 0) return { x: 0, y: 0, zoom: 1 }
  const left = Math.min(...boxes.map(({ at }) => at[0]))
  const top = Math.min(...boxes.map(({ at }) => at[1]))
  const right = Math.max(...boxes.map(({ at, size }) => at[0] + size.width))
  const bottom = Math.max(...boxes.map(({ at, size }) => at[1] + size.height))
  const whole = { x: left, y: top, width: right - left, height: bottom - top }
  const fitting = getViewportForBounds(whole, width, height, farthest, 1, margin)
  const start = doc.layout[doc.start]
  if (!start || fitting.zoom >= readable) return fitting
  const zoom = 0.8
  return { x: 24 - start[0] * zoom, y: Math.max(80, height / 3) - start[1] * zoom, zoom }
}
