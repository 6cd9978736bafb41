/** The nodes in the order of the flow: from the start along the ports, then whatever nothing leads to. */

import type { Doc } from '../doc/definition'
import { portsOf } from '../shape'

export function flowOrder(doc: Pick<Doc, 'nodes' | 'order' | 'start'>): string[] {
  const seen = new Set<string>()
  const walk = (first: string) => {
    const open = [first]
    while (open.length > 0) {
      const id = open.shift()!
      const node = doc.nodes[id]
      if (!node || seen.has(id)) continue
      seen.add(id)
      const names = [...portsOf(node).map(port => port.name), 'error']
      for (const name of names) if (node.ports?.[name]) open.push(node.ports[name]!)
      if (node.type === 'jump' && typeof node.to === 'string') open.push(node.to)
    }
  }
  walk(doc.start)
  for (const id of doc.order) walk(id)
  return [...seen]
}
