import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
  type Connection,
  type Edge,
  type FinalConnectionState,
  MiniMap,
  type Node,
  ReactFlow,
  SelectionMode,
  useOnViewportChange,
  type Viewport,
} from '@xyflow/react'
import { type DragEvent, startTransition, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Component, componentOf } from '../components'
import { useWork } from '../context'
import { disconnect, insertOn, connect as join } from '../doc/edit'
import { type Desk, wireId, wireOf } from '../doc/store'
import { isKind } from '../shape'
import { useActions } from './actions'
import css from './canvas.module.css'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { grid } from './place'
import { useEdges } from './useEdges'
import { useNodes } from './useNodes'
import { farthest, firstView, nearest } from './view'
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

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one screen, its parts beside each other.
export function Canvas({ onMenu, onOpen, lasso, map }: Props) {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const actions = useActions()
  const [nodes, onNodesChange] = useNodes()
  const [edges, onEdgesChange] = useEdges()
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<Viewport>()
  // Known before the first node is drawn: else all of them would be, only to see which are in sight.
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = box.current!
    setView(firstView(desk.getState().doc, clientWidth, clientHeight))
  }, [desk])
  useFar(box, view)
  const rested = useRest()

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
      {view && (
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
          minZoom={farthest}
          maxZoom={nearest}
          onlyRenderVisibleElements={nodes.length > 120}
          elevateNodesOnSelect={false}
          defaultViewport={view}
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
          {map && rested && (
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
      )}
    </div>
  )
}

const familyOf = ({ doc }: Desk, id: string): Component['family'] | 'idle' =>
  doc.nodes[id] ? componentOf(doc.nodes[id]!.type).family : 'idle'

/** From far away nodes show their tile and label only. An attribute does it: nothing is drawn again. */
function useFar(box: React.RefObject<HTMLDivElement | null>, view: Viewport | undefined) {
  const note = useCallback(
    ({ zoom }: Viewport) => {
      const value = zoom < far ? 'true' : 'false'
      if (box.current && box.current.dataset.far !== value) box.current.dataset.far = value
    },
    [box],
  )
  useOnViewportChange({ onChange: note })
  useLayoutEffect(() => {
    if (view) note(view)
  }, [view, note])
}

/** Whether the canvas is there: what is not looked at first waits for it. */
function useRest() {
  const [rested, setRested] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => setRested(true)), 300)
    return () => clearTimeout(timer)
  }, [])
  return rested
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
