/** Joins two edits of the same document. Only what both have changed differently has to be decided by a person. */
import type { Doc, FlowNode } from './definition'
import { isKeyed, same } from './patch'

interface Conflict {
  part: keyof Doc
  key?: string
}

export interface Merged {
  doc: Doc
  /** What both have changed; the document has my side there. */
  conflicts: Conflict[]
  /** How many entries each side has changed. */
  mine: number
  theirs: number
}

const parts: (keyof Doc)[] = ['name', 'start', 'settings', 'variables', 'nodes', 'layout', 'notes', 'tests', 'rest']

export function merge(base: Doc, mine: Doc, theirs: Doc): Merged {
  const result: Merged = { doc: { ...mine }, conflicts: [], mine: 0, theirs: 0 }
  for (const part of parts) {
    if (isKeyed(part)) {
      const entries = mergeEntries(part, base[part], mine[part], theirs[part], result)
      result.doc = { ...result.doc, [part]: entries }
    } else {
      const value = one({ part }, base[part], mine[part], theirs[part], result)
      result.doc = { ...result.doc, [part]: value }
    }
  }
  result.doc = consistent({ ...result.doc, order: order(mine.order, theirs.order, result.doc.nodes) })
  return result
}

type Entries = Record<string, unknown>

function mergeEntries(part: keyof Doc, base: Entries, mine: Entries, theirs: Entries, result: Merged): Entries {
  const entries: Entries = {}
  for (const key of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const value = one({ part, key }, base[key], mine[key], theirs[key], result)
    if (value !== undefined) entries[key] = value
  }
  return entries
}

function one(at: Conflict, base: unknown, mine: unknown, theirs: unknown, result: Merged): unknown {
  const [changedHere, changedThere] = [!same(base, mine), !same(base, theirs)]
  if (changedHere) result.mine += 1
  if (changedThere) result.theirs += 1
  if (!changedThere || same(mine, theirs)) return mine
  if (!changedHere) return theirs
  if (at.part === 'nodes' && base && mine && theirs) {
    const node = mergeNode(base as FlowNode, mine as FlowNode, theirs as FlowNode)
    if (node) return node
  }
  // Where a node stands is not worth a question.
  if (at.part !== 'layout') result.conflicts.push(at)
  return mine
}

/** Field by field, and port by port. `undefined` when a field was changed on both sides. */
function mergeNode(base: FlowNode, mine: FlowNode, theirs: FlowNode): FlowNode | undefined {
  const ports = fields(base.ports ?? {}, mine.ports ?? {}, theirs.ports ?? {})
  const rest = fields(base, mine, theirs, 'ports')
  if (!ports || !rest) return undefined
  const { ports: _, ...node } = rest as FlowNode
  return (Object.keys(ports).length > 0 ? { ...node, ports } : node) as FlowNode
}

function fields(base: Entries, mine: Entries, theirs: Entries, except?: string): Entries | undefined {
  const merged: Entries = {}
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    if (key === except) continue
    const here = !same(base[key], mine[key])
    const there = !same(base[key], theirs[key])
    if (here && there && !same(mine[key], theirs[key])) return undefined
    const value = there && !here ? theirs[key] : mine[key]
    if (value !== undefined) merged[key] = value
  }
  return merged
}

/** Their order, with my own nodes behind. */
function order(mine: string[], theirs: string[], nodes: Record<string, unknown>): string[] {
  const known = new Set(theirs)
  return [...theirs, ...mine.filter(id => !known.has(id))].filter(id => nodes[id])
}

/** One side may have removed what the other leads to. */
function consistent(doc: Doc): Doc {
  const nodes = { ...doc.nodes }
  const layout = { ...doc.layout }
  for (const node of Object.values(nodes)) {
    layout[node.id] ??= [0, 0]
    const ports = Object.entries(node.ports ?? {})
    const kept = ports.filter(([, to]) => nodes[to])
    if (kept.length === ports.length) continue
    const { ports: _, ...rest } = node
    nodes[node.id] = kept.length > 0 ? { ...rest, ports: Object.fromEntries(kept) } : rest
  }
  for (const id of Object.keys(layout)) if (!nodes[id]) delete layout[id]
  return { ...doc, nodes, layout, start: nodes[doc.start] ? doc.start : '' }
}

/** My document with their side of every conflict. */
export function withTheirs(merged: Merged, theirs: Doc): Doc {
  let doc = merged.doc
  for (const { part, key } of merged.conflicts) {
    if (key === undefined) {
      doc = { ...doc, [part]: theirs[part] }
      continue
    }
    const entries = { ...(doc[part] as Entries) }
    const value = (theirs[part] as Entries)[key]
    if (value === undefined) delete entries[key]
    else entries[key] = value
    doc = { ...doc, [part]: entries }
  }
  return consistent({ ...doc, order: order(doc.order, theirs.order, doc.nodes) })
}
