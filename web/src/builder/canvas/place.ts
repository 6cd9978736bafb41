/** Where things stand: free places, and an automatic layout from left to right. */

import type { Doc, Point } from '../doc/definition'
import { portsOf } from '../shape'
import { outlineOf, width } from './outline'

export const grid = 10

export type Sizes = (id: string) => { width: number; height: number } | undefined

export const snap = ([x, y]: Point): Point => [Math.round(x / grid) * grid, Math.round(y / grid) * grid]

/** The nearest place below the wanted one where nothing stands. */
export function freePlace(doc: Doc, wanted: Point, height: number, size: Sizes): Point {
  const [x, first] = snap(wanted)
  const boxes = doc.order.map(id => {
    const [left, top] = doc.layout[id]!
    const box = size(id) ?? outlineOf(doc.nodes[id]!).measured
    return { left, top, right: left + box.width, bottom: top + box.height }
  })
  let y = first
  for (let tries = 0; tries < 200; tries += 1) {
    const hit = boxes.find(
      box => x < box.right + 20 && x + width + 20 > box.left && y < box.bottom + 20 && y + height + 20 > box.top,
    )
    if (!hit) break
    y = Math.ceil((hit.bottom + 24) / grid) * grid
  }
  return [x, y]
}

/** A layout of these nodes, or of all: from left to right, in the order of the ports. It stays where its corner was. */
export async function arrange(doc: Doc, ids: string[], size: Sizes): Promise<Record<string, Point>> {
  const { Graph, layout } = await import('@dagrejs/dagre')
  const inside = new Set(ids)
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 80, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of ids) {
    const box = size(id) ?? outlineOf(doc.nodes[id]!).measured
    graph.setNode(id, { width: box.width, height: box.height })
  }
  for (const id of ids) {
    const node = doc.nodes[id]!
    for (const { name } of [...portsOf(node), { name: 'error' }]) {
      const to = node.ports?.[name]
      // The ordinary ways shape the picture; errors follow.
      if (to && inside.has(to) && to !== id) graph.setEdge(id, to, { weight: name === 'error' ? 1 : 3 })
    }
  }
  layout(graph)
  const corner = (points: Point[]): Point => [Math.min(...points.map(p => p[0])), Math.min(...points.map(p => p[1]))]
  const raw = ids.map((id): [string, Point] => {
    const { x, y, width: w, height: h } = graph.node(id) as { x: number; y: number; width: number; height: number }
    return [id, [x - w / 2, y - h / 2]]
  })
  const [oldX, oldY] = corner(ids.map(id => doc.layout[id] ?? [0, 0]))
  const [newX, newY] = corner(raw.map(([, at]) => at))
  return Object.fromEntries(raw.map(([id, [x, y]]) => [id, snap([x - newX + oldX, y - newY + oldY])]))
}
