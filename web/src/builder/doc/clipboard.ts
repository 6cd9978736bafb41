/** A piece of a bot on the clipboard: plain JSON, so that it goes from bot to bot, from tab to tab and into a file. */
import type { CanvasNote, Doc, FlowNode, Point, VariableType } from './definition'
import { freshId } from './edit'
import { made, pieces, texts } from './variables'

export interface Clip {
  chasqui_clip: 1
  nodes: FlowNode[]
  layout: Record<string, Point>
  notes: CanvasNote[]
  variables: Record<string, VariableType>
}

/** The chosen nodes and notes, with the edges between them and the variables that they use. */
export function copy(doc: Doc, ids: ReadonlySet<string>): Clip {
  const nodes = doc.order
    .filter(id => ids.has(id))
    .map(id => {
      const { ports, ...node } = doc.nodes[id]!
      const inside = Object.entries(ports ?? {}).filter(([, to]) => ids.has(to))
      return (inside.length > 0 ? { ...node, ports: Object.fromEntries(inside) } : node) as FlowNode
    })
  const names = new Set(nodes.flatMap(used))
  return {
    chasqui_clip: 1,
    nodes,
    layout: Object.fromEntries(nodes.map(node => [node.id, doc.layout[node.id]!])),
    notes: Object.values(doc.notes).filter(note => ids.has(note.id)),
    variables: Object.fromEntries(Object.entries(doc.variables).filter(([name]) => names.has(name))),
  }
}

function used(node: FlowNode): string[] {
  const read = [...texts(node)].flatMap(([, text]) => pieces(text).flatMap(piece => piece.path?.split(/[.[]/)[0] ?? []))
  // Formulas name variables without braces; a word too many brings a declaration too many at worst.
  const bare = [...texts(node)].flatMap(([path, text]) =>
    /(^|\.)(expression|formula)$/.test(path) ? (text.match(/[A-Za-z_]\w*/g) ?? []) : [],
  )
  return [...read, ...bare, ...made(node)]
}

/** What was copied. `undefined` for any other text. A whole bot file counts too. */
export function readClip(text: string): Clip | undefined {
  if (!text.trimStart().startsWith('{') || text.length > 4 * 1024 * 1024) return undefined
  try {
    const value = JSON.parse(text) as Partial<Clip> & { format?: number }
    const nodes = Array.isArray(value.nodes) ? value.nodes.filter(isNode) : []
    const notes = Array.isArray(value.notes) ? value.notes.filter(note => typeof note?.text === 'string') : []
    if (value.chasqui_clip !== 1 && value.format !== 1) return undefined
    if (nodes.length + notes.length === 0) return undefined
    return { chasqui_clip: 1, nodes, notes, layout: value.layout ?? {}, variables: value.variables ?? {} }
  } catch {
    return undefined
  }
}

const isNode = (node: unknown): node is FlowNode =>
  typeof node === 'object' &&
  node !== null &&
  typeof (node as FlowNode).id === 'string' &&
  typeof (node as FlowNode).type === 'string'

/** Puts a piece in, its upper left corner at a place. New ids are given; what it brings is named. */
export function paste(doc: Doc, clip: Clip, at: Point): { doc: Doc; ids: string[] } {
  const taken = new Set<string>()
  const names = new Map<string, string>()
  const rename = (id: string, stem: string) => {
    const fresh = freshId(doc, stem, taken)
    taken.add(fresh)
    names.set(id, fresh)
    return fresh
  }
  for (const node of clip.nodes) rename(node.id, node.id.replace(/_\d+$/, ''))
  const places = [
    ...clip.nodes.map(node => clip.layout[node.id] ?? ([0, 0] as Point)),
    ...clip.notes.map(note => note.at),
  ]
  const left = Math.min(...places.map(([x]) => x))
  const top = Math.min(...places.map(([, y]) => y))
  const moved = ([x, y]: Point): Point => [at[0] + x - left, at[1] + y - top]
  let next = doc
  for (const original of clip.nodes) {
    const { ports, ...rest } = original
    const id = names.get(original.id)!
    const inside = Object.entries(ports ?? {}).flatMap(([port, to]) => (names.has(to) ? [[port, names.get(to)!]] : []))
    const node = { ...rest, id } as FlowNode
    if (inside.length > 0) node.ports = Object.fromEntries(inside)
    if (node.type === 'jump' && typeof node.to === 'string' && names.has(node.to)) node.to = names.get(node.to)
    next = {
      ...next,
      nodes: { ...next.nodes, [id]: node },
      order: [...next.order, id],
      layout: { ...next.layout, [id]: moved(clip.layout[original.id] ?? [0, 0]) },
    }
  }
  const notes = clip.notes.map(note => ({ ...note, id: rename(`note ${note.id}`, 'note'), at: moved(note.at) }))
  const variables = { ...clip.variables, ...next.variables }
  next = {
    ...next,
    notes: { ...next.notes, ...Object.fromEntries(notes.map(note => [note.id, note])) },
    variables,
    start: next.start || names.get(clip.nodes[0]?.id ?? '') || '',
  }
  return { doc: next, ids: [...clip.nodes.map(node => names.get(node.id)!), ...notes.map(note => note.id)] }
}
