/** The ports of a node as rows on the canvas: ordinary ones above the line, "Anything else" and Error below it. */

import { componentOf } from '../components'
import type { FlowNode } from '../doc/definition'
import { isLoose, type Port, portsOf } from '../shape'

export interface Row extends Port {
  state: 'free' | 'joined' | 'loose'
  system: boolean
}

const systemPorts = new Set(['fallback', 'default', 'error', 'back', 'skip'])

export function rowsOf(node: FlowNode, asked: boolean): Row[] {
  const rows = portsOf(node).map((port): Row => {
    const state = node.ports?.[port.name] ? 'joined' : isLoose(node, port) ? 'loose' : 'free'
    return { ...port, state, system: systemPorts.has(port.name) }
  })
  if (node.ports?.error || asked || componentOf(node.type).calls) {
    rows.push({ name: 'error', need: 'optional', state: node.ports?.error ? 'joined' : 'free', system: true })
  }
  return rows
}
