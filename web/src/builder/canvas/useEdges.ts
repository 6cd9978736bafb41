import type { Edge, EdgeChange } from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import { useDesk, useWork } from '../context'
import type { FlowNode } from '../doc/definition'
import { wireId } from '../doc/store'

const drawn = new WeakMap<object, Edge[]>()
const noEdges: Edge[] = []

function edgesOf(node: FlowNode): Edge[] {
  // An edit of anything else leaves the ports, and so the edges, the same objects.
  if (!node.ports) return noEdges
  const known = drawn.get(node.ports)
  if (known) return known
  const edges = Object.entries(node.ports).map(
    ([port, target]): Edge => ({
      id: wireId(node.id, port),
      source: node.id,
      sourceHandle: port,
      target,
      targetHandle: 'in',
      type: 'wire',
      focusable: true,
    }),
  )
  drawn.set(node.ports, edges)
  return edges
}

export function useEdges(): [Edge[], (changes: EdgeChange[]) => void] {
  const { desk } = useWork()
  const nodes = useDesk(state => state.doc.nodes)
  const wires = useDesk(state => state.wires)
  const before = useRef<Edge[]>(noEdges)
  const edges = useMemo(() => {
    const fresh = Object.values(nodes).flatMap(edgesOf)
    const same = fresh.length === before.current.length && fresh.every((edge, index) => edge === before.current[index])
    if (!same) before.current = fresh
    return before.current
  }, [nodes])
  const shown = useMemo(
    () => (wires.size === 0 ? edges : edges.map(edge => (wires.has(edge.id) ? { ...edge, selected: true } : edge))),
    [edges, wires],
  )
  const onChange = useCallback(
    (changes: EdgeChange[]) => {
      const chosen = changes.filter(one => one.type === 'select')
      if (chosen.length === 0) return
      const { selection, wires, select } = desk.getState()
      const next = new Set(wires)
      for (const one of chosen) {
        if (one.selected) next.add(one.id)
        else next.delete(one.id)
      }
      select(selection, next)
    },
    [desk],
  )
  return [shown, onChange]
}
