/** What can be done to a document. Each verb answers another document and leaves the given one as it is. */
import { portsOf } from '../shape'
import type { CanvasNote, Doc, FlowNode, Point, VariableType } from './definition'
import { write } from './path'

export interface Wire {
  from: string
  port: string
}

/** An id that nothing in the document has. */
export function freshId(doc: Doc, stem: string, taken: ReadonlySet<string> = new Set()): string {
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? stem : `${stem}_${n}`
    if (!doc.nodes[id] && !doc.notes[id] && !taken.has(id)) return id
  }
}

/** The first node becomes the start. */
export function addNode(doc: Doc, node: FlowNode, at: Point): Doc {
  return {
    ...doc,
    nodes: { ...doc.nodes, [node.id]: node },
    order: [...doc.order, node.id],
    layout: { ...doc.layout, [node.id]: at },
    start: doc.start && doc.nodes[doc.start] ? doc.start : node.id,
  }
}

export function connect(doc: Doc, { from, port }: Wire, to: string): Doc {
  const node = doc.nodes[from]
  if (!node || !doc.nodes[to] || node.ports?.[port] === to) return doc
  return setNode(doc, { ...node, ports: { ...node.ports, [port]: to } })
}

export function disconnect(doc: Doc, wires: Wire[]): Doc {
  return wires.reduce((now, { from, port }) => {
    const node = now.nodes[from]
    if (!node?.ports || !(port in node.ports)) return now
    const { [port]: _, ...ports } = node.ports
    return setNode(now, withPorts(node, ports))
  }, doc)
}

function withPorts(node: FlowNode, ports: Record<string, string>): FlowNode {
  const { ports: _, ...rest } = node
  return Object.keys(ports).length > 0 ? { ...rest, ports } : rest
}

/** Puts a node in place of its former self. Ports that it does not have any more are let go. */
export function setNode(doc: Doc, node: FlowNode): Doc {
  const known = new Set(portsOf(node).map(port => port.name))
  const kept = Object.entries(node.ports ?? {}).filter(([port]) => port === 'error' || known.has(port))
  const lost = kept.length !== Object.keys(node.ports ?? {}).length
  const next = lost ? withPorts(node, Object.fromEntries(kept)) : node
  return { ...doc, nodes: { ...doc.nodes, [node.id]: next } }
}

export function setField(doc: Doc, id: string, path: string, value: unknown): Doc {
  const node = doc.nodes[id]
  return node ? setNode(doc, write(node, path, value)) : doc
}

/** Takes nodes and notes away, with every edge to them. */
export function remove(doc: Doc, ids: ReadonlySet<string>): Doc {
  const keep = <T>(entries: Record<string, T>) =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => !ids.has(id)))
  const nodes = keep(doc.nodes)
  for (const [id, node] of Object.entries(nodes)) {
    const ports = Object.entries(node.ports ?? {})
    const left = ports.filter(([, to]) => !ids.has(to))
    if (left.length !== ports.length) nodes[id] = withPorts(node, Object.fromEntries(left))
  }
  return {
    ...doc,
    nodes,
    order: doc.order.filter(id => !ids.has(id)),
    layout: keep(doc.layout),
    notes: keep(doc.notes),
    start: ids.has(doc.start) ? (heir(doc, ids) ?? '') : doc.start,
  }
}

/** Who begins when the start is taken away: the node that its only edge leads to. */
function heir(doc: Doc, gone: ReadonlySet<string>): string | undefined {
  const next = new Set(Object.values(doc.nodes[doc.start]?.ports ?? {}).filter(to => !gone.has(to)))
  return next.size === 1 ? [...next][0] : undefined
}

/** Takes nodes away and joins what came before to what came after, where there is only one way on. */
export function removeAndHeal(doc: Doc, ids: ReadonlySet<string>): Doc {
  const after = (id: string, seen: Set<string> = new Set()): string | undefined => {
    if (!ids.has(id)) return id
    if (seen.has(id)) return undefined
    seen.add(id)
    const ways = Object.entries(doc.nodes[id]?.ports ?? {}).filter(([port]) => port !== 'error')
    return ways.length === 1 ? after(ways[0]![1], seen) : undefined
  }
  let healed = doc
  for (const node of Object.values(doc.nodes)) {
    if (ids.has(node.id)) continue
    for (const [port, to] of Object.entries(node.ports ?? {})) {
      const next = ids.has(to) ? after(to) : undefined
      if (next && next !== node.id) healed = connect(healed, { from: node.id, port }, next)
    }
  }
  return remove(healed, ids)
}

export function move(doc: Doc, places: Record<string, Point>): Doc {
  const layout = { ...doc.layout }
  const notes = { ...doc.notes }
  for (const [id, at] of Object.entries(places)) {
    if (doc.nodes[id]) layout[id] = at
    else if (notes[id]) notes[id] = { ...notes[id]!, at }
  }
  return { ...doc, layout, notes }
}

/** Puts a node between a port and where it led. */
export function insertOn(doc: Doc, wire: Wire, node: FlowNode, at: Point): Doc {
  const to = doc.nodes[wire.from]?.ports?.[wire.port]
  const added = doc.nodes[node.id] ? doc : addNode(doc, node, at)
  const joined = connect(added, wire, node.id)
  const way = firstFree(joined.nodes[node.id]!)
  return to && way ? connect(joined, { from: node.id, port: way }, to) : joined
}

/** The first port of a node that leads nowhere yet, ordinary ones first. */
export function firstFree(node: FlowNode): string | undefined {
  const free = portsOf(node).filter(port => !node.ports?.[port.name])
  return (free.find(port => port.need === 'required') ?? free[0])?.name
}

export const setStart = (doc: Doc, id: string): Doc => (doc.nodes[id] ? { ...doc, start: id } : doc)

export const setNote = (doc: Doc, note: CanvasNote): Doc => ({ ...doc, notes: { ...doc.notes, [note.id]: note } })

export const setVariable = (doc: Doc, name: string, type: VariableType): Doc => ({
  ...doc,
  variables: { ...doc.variables, [name]: type },
})

export function removeVariable(doc: Doc, name: string): Doc {
  const { [name]: _, ...variables } = doc.variables
  return { ...doc, variables }
}
