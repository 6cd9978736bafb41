/**
 * What a node will look like before it was drawn: its size, and where its ports stand. A large flow is laid out by it, and only
 * what can be seen is drawn; what was drawn is measured.
 */
import { type Handle, type NodeHandle, Position } from '@xyflow/react'
import { componentOf } from '../components'
import type { FlowNode } from '../doc/definition'
import { rowsOf } from './rows'

export const width = 200

// From canvas.module.css.
const border = 1
const head = 46
const line = 17
const row = 24
const letters = 30
const mostLines = 3

export interface Outline {
  measured: { width: number; height: number }
  handles: NodeHandle[]
}

const known = new WeakMap<FlowNode, Outline>()

export function outlineOf(node: FlowNode): Outline {
  const found = known.get(node)
  if (found) return found
  const rows = rowsOf(node, false)
  const lines = Math.min(mostLines, linesOf(componentOf(node.type).summary(node)))
  let y = border + head + (lines > 0 ? lines * line + 8 : 0)
  const handles: NodeHandle[] = [handle('target', 'in', -4, border + 12, 10, 22)]
  for (const part of [rows.filter(port => !port.system), rows.filter(port => port.system)]) {
    if (part.length === 0) continue
    y += border + 3
    for (const port of part) {
      handles.push(handle('source', port.name, width - border - 6, y + 6, 12, 12))
      y += row
    }
    y += 4
  }
  const outline = { measured: { width, height: y + border }, handles }
  known.set(node, outline)
  return outline
}

const handle = (type: Handle['type'], id: string, x: number, y: number, width: number, height: number): NodeHandle => ({
  type,
  id,
  x,
  y,
  width,
  height,
  position: type === 'target' ? Position.Left : Position.Right,
})

function linesOf(summary: unknown): number {
  if (!summary) return 0
  if (typeof summary !== 'string') return 1
  return summary.split('\n').reduce((sum, text) => sum + Math.max(1, Math.ceil(text.length / letters)), 0)
}
