import '@xyflow/react/dist/base.css'
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  type Edge,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type Node,
  type NodeChange,
  ReactFlow,
  SelectionMode,
  useOnViewportChange,
  type Viewport,
} from '@xyflow/react'
import { type DragEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Component, componentOf, isKind } from '../components'
import { useDesk, useWork } from '../context'
import type { FlowNode, Point } from '../doc/definition'
import { disconnect, insertOn, connect as join, move } from '../doc/edit'
import { type Desk, wireId, wireOf } from '../doc/store'
import { useNodeName } from '../parts/names'
import { useActions } from './actions'
import css from './canvas.module.css'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { flowOrder } from './order'
import { grid } from './place'
import { Wire } from './Wire'

const nodeTypes = { step: NodeCard, note: NoteCard }
const edgeTypes = { wire: Wire }
export const dragType = 'application/x-chasqui-component'
const far = 0.6

interface Props {
  onMenu: (event: { clientX: number; clientY: number }, on: { node?: string; wire?: string }) => void
  onOpen: () => void
  /** Dragging on empty canvas chooses instead of moving the view. */
  lasso: boolean
  map: boolean
}

export function Canvas({ onMenu, onOpen, lasso, map }: Props) {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const actions = useActions()
  const [nodes, onNodesChange] = useNodes()
  const [edges, onEdgesChange] = useEdges()
  const box = useRef<HTMLDivElement>(null)
  useFar(box)

  const connect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (sourceHandle) actions.connect({ from: source, port: sourceHandle }, target)
    },
    [actions],
  )
  const connectEnd = useCallback(
    (event: MouseEvent | TouchEvent, connection: FinalConnectionState) => {
      if (connection.isValid || !connection.fromHandle?.id || !connection.fromNode) return
      const point = 'changedTouches' in event ? event.changedTouches[0]! : event
      const over = nodeAt(point.clientX, point.clientY)
      if (connection.fromHandle.type === 'target') return
      const wire = { from: connection.fromNode.id, port: connection.fromHandle.id }
      if (over && desk.getState().doc.nodes[over]) actions.connect(wire, over)
      else actions.pick({ x: point.clientX, y: point.clientY }, { after: wire })
    },
    [actions, desk],
  )
  const reconnect = useCallback(
    (old: Edge, { source, sourceHandle, target }: Connection) => {
      if (!sourceHandle) return
      const wire = { from: source, port: sourceHandle }
      desk
        .getState()
        .change('connect', doc =>
          join(old.id === wireId(source, sourceHandle) ? doc : disconnect(doc, [wireOf(old.id)]), wire, target),
        )
    },
    [desk],
  )
  const reconnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, edge: Edge, _: unknown, state: FinalConnectionState) => {
      if (state.isValid || state.fromHandle?.type === 'target') return
      const point = 'changedTouches' in event ? event.changedTouches[0]! : event
      const over = nodeAt(point.clientX, point.clientY)
      if (over && desk.getState().doc.nodes[over]) actions.connect(wireOf(edge.id), over)
      else actions.pick({ x: point.clientX, y: point.clientY }, { after: wireOf(edge.id) })
    },
    [actions, desk],
  )
  const dropped = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(dragType)
    if (!isKind(kind)) return
    event.preventDefault()
    const wire = wireAt(event.clientX, event.clientY)
    const [x, y] = actions.onCanvas({ x: event.clientX, y: event.clientY })
    actions.add(kind, wire ? { insert: wireOf(wire) } : { at: [x - 100, y - 22] })
  }
  /** A node that nothing leads to, let go over an edge, is put into it. */
  const dragStopped = useCallback(
    (event: MouseEvent | TouchEvent, node: Node, moved: Node[]) => {
      if (moved.length !== 1 || readOnly) return
      const { doc } = desk.getState()
      const dragged = doc.nodes[node.id]
      const point = 'changedTouches' in event ? event.changedTouches[0] : event
      if (!dragged || !point || node.id === doc.start) return
      if (Object.keys(dragged.ports ?? {}).length > 0) return
      if (Object.values(doc.nodes).some(other => Object.values(other.ports ?? {}).includes(node.id))) return
      const wire = wireAt(point.clientX, point.clientY)
      if (wire) desk.getState().change('connect', now => insertOn(now, wireOf(wire), dragged, now.layout[node.id]!))
    },
    [desk, readOnly],
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be added with Enter too.
    <div
      ref={box}
      className={css.canvas}
      onDrop={dropped}
      onDragOver={event => {
        if (!event.dataTransfer.types.includes(dragType) || readOnly) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={connect}
        onConnectEnd={connectEnd}
        onReconnect={reconnect}
        onReconnectEnd={reconnectEnd}
        onNodeDragStop={dragStopped as never}
        onNodeDoubleClick={onOpen}
        onNodeContextMenu={(event, node) => {
          event.preventDefault()
          if (!desk.getState().selection.has(node.id)) desk.getState().select([node.id])
          onMenu(event, { node: node.id })
        }}
        onEdgeContextMenu={(event, edge) => {
          event.preventDefault()
          desk.getState().select([], [edge.id])
          onMenu(event, { wire: edge.id })
        }}
        onPaneContextMenu={event => {
          event.preventDefault()
          onMenu(event, {})
        }}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
        deleteKeyCode={null}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        selectionMode={SelectionMode.Partial}
        selectionOnDrag={lasso}
        panOnDrag={lasso ? [1] : [0, 1]}
        panActivationKeyCode="Space"
        snapToGrid
        snapGrid={[grid, grid]}
        connectionRadius={28}
        connectionDragThreshold={4}
        nodeDragThreshold={3}
        minZoom={0.1}
        maxZoom={2}
        onlyRenderVisibleElements={nodes.length > 120}
        elevateNodesOnSelect={false}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        onInit={actions.beginView}
        proOptions={{ hideAttribution: true }}
        zoomOnDoubleClick={false}
        ariaLabelConfig={{
          'node.a11yDescription.default': t('canvas.node_help'),
          'node.a11yDescription.keyboardDisabled': t('canvas.node_help'),
          'edge.a11yDescription.default': t('canvas.edge_help'),
          'node.a11yDescription.ariaLiveMessage': () => '',
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dots)" />
        {map && (
          <MiniMap
            className={css.map}
            style={{ width: 150, height: 100 }}
            position="bottom-right"
            pannable
            zoomable
            ariaLabel={t('canvas.map')}
            nodeColor={node => `var(--${familyOf(desk.getState(), node.id)}-bg, var(--idle-bg))`}
            nodeStrokeColor="var(--field)"
            nodeStrokeWidth={4}
            maskColor="var(--shade)"
            bgColor="var(--surface)"
          />
        )}
      </ReactFlow>
    </div>
  )
}

const familyOf = ({ doc }: Desk, id: string): Component['family'] | 'idle' =>
  doc.nodes[id] ? componentOf(doc.nodes[id]!.type).family : 'idle'

/** The nodes as the canvas wants them: the same objects as long as nothing about them changes. */
function useNodes(): [Node[], (changes: NodeChange[]) => void] {
  const { desk } = useWork()
  const doc = useDesk(state => state.doc)
  const selection = useDesk(state => state.selection)
  const proposal = useDesk(state => state.proposal)
  const name = useNodeName()
  const names = useRef(name)
  names.current = name
  const order = useOrder()
  const [nodes, setNodes] = useState<Node[]>([])
  useLayoutEffect(() => {
    setNodes(old => {
      const known = new Map(old.map(node => [node.id, node]))
      const fresh = [...Object.values(doc.notes).map(note => note.id), ...order].map((id): Node => {
        const note = doc.notes[id]
        const [x, y] = proposal?.[id] ?? (note ? note.at : doc.layout[id]!)
        const before = known.get(id)
        const selected = selection.has(id)
        const label = note ? undefined : names.current(doc.nodes[id]!)
        const sized = !note || (before?.width === note.size?.[0] && before?.height === note.size?.[1])
        if (
          before &&
          sized &&
          before.position.x === x &&
          before.position.y === y &&
          (before.selected ?? false) === selected &&
          before.ariaLabel === label
        ) {
          return before
        }
        return {
          ...before,
          id,
          type: note ? 'note' : 'step',
          position: { x, y },
          selected,
          data: {},
          ariaLabel: label,
          zIndex: note ? -1 : 1,
          ...(note?.size ? { width: note.size[0], height: note.size[1] } : {}),
        }
      })
      return fresh.length === old.length && fresh.every((node, index) => node === old[index]) ? old : fresh
    })
  }, [doc, order, selection, proposal])

  const onChange = useCallback(
    (changes: NodeChange[]) => {
      setNodes(old => applyNodeChanges(changes, old))
      const { selection, wires, select, change } = desk.getState()
      const chosen = changes.filter(one => one.type === 'select')
      if (chosen.length > 0) {
        const next = new Set(selection)
        for (const one of chosen) {
          if (one.selected) next.add(one.id)
          else next.delete(one.id)
        }
        select(next, wires)
      }
      const places: Record<string, Point> = {}
      for (const one of changes) {
        if (one.type === 'position' && one.position && one.dragging === false)
          places[one.id] = [one.position.x, one.position.y]
      }
      if (Object.keys(places).length > 0)
        change('move', doc => move(doc, places), `move ${Object.keys(places).join(' ')}`)
    },
    [desk],
  )
  return [nodes, onChange]
}

/** In the order of the flow, so that Tab walks as a conversation does. Only another shape of the flow makes another order. */
function useOrder(): string[] {
  const nodes = useDesk(desk => desk.doc.nodes)
  const start = useDesk(desk => desk.doc.start)
  const ids = useDesk(desk => desk.doc.order)
  const shape = useMemo(
    () => `${start}|${ids.map(id => `${id}:${Object.values(nodes[id]?.ports ?? {}).join(',')}`).join('|')}`,
    [nodes, start, ids],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the rest.
  return useMemo(() => flowOrder({ nodes, order: ids, start }), [shape])
}

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

function useEdges(): [Edge[], (changes: EdgeChange[]) => void] {
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

/** From far away nodes show their tile and label only. An attribute does it: nothing is drawn again. */
function useFar(box: React.RefObject<HTMLDivElement | null>) {
  const note = useCallback(
    ({ zoom }: Viewport) => {
      const value = zoom < far ? 'true' : 'false'
      if (box.current && box.current.dataset.far !== value) box.current.dataset.far = value
    },
    [box],
  )
  useOnViewportChange({ onChange: note })
  useEffect(() => {
    const pane = box.current?.querySelector<HTMLElement>('.react-flow__viewport')
    const zoom = Number(pane?.style.transform.match(/scale\(([\d.]+)\)/)?.[1] ?? 1)
    note({ x: 0, y: 0, zoom })
  }, [box, note])
}

const nodeAt = (x: number, y: number) =>
  document
    .elementsFromPoint(x, y)
    .map(element => element.closest<HTMLElement>('.react-flow__node')?.dataset.id)
    .find(Boolean)

const wireAt = (x: number, y: number) =>
  document
    .elementsFromPoint(x, y)
    .map(element => element.closest<HTMLElement>('.react-flow__edge')?.dataset.id)
    .find(Boolean)
