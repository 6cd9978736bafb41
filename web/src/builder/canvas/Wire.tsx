import { IconPlus, IconX } from '@tabler/icons-react'
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useTest, useWork } from '../context'
import { wireOf } from '../doc/store'
import { usePortLabel } from '../parts/names'
import { portsOf } from '../shape'
import { useActions } from './actions'
import css from './canvas.module.css'

/** A connection. Where it ends stands a small knot; pointing at it shows its port and what can be done. */
export const Wire = memo(function Wire(props: EdgeProps) {
  const { id, sourceX, sourceY, targetX, targetY, selected } = props
  const [over, setOver] = useState(false)
  const alone = useDesk(desk => desk.wires.size === 1 && desk.selection.size === 0)
  const walked = useTest(test => test.open && test.path.has(id))
  const isError = id.endsWith('::error')
  const reach = Math.max(30, Math.min(140, Math.abs(targetX - sourceX) / 2))
  const back = targetX < sourceX + 10
  const [path, labelX, labelY] = back
    ? around(sourceX, sourceY, targetX, targetY)
    : getBezierPath({ ...props, curvature: Math.min(0.5, reach / Math.max(1, targetX - sourceX)) })
  const look = [css.wire, walked && css.walkedWire, isError && css.errorWire, (selected || over) && css.pickedWire]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys and the menu of a chosen edge do the same.
    <g
      onMouseEnter={() => setOver(true)}
      onMouseLeave={() => setOver(false)}
      className={look.filter(Boolean).join(' ')}
    >
      <BaseEdge id={id} path={path} interactionWidth={18} />
      <circle cx={targetX} cy={targetY} r={3.5} />
      {((selected && alone) || over) && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the buttons in it open. */}
          <div
            className={`${css.wireTools} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
            onMouseEnter={() => setOver(true)}
            onMouseLeave={() => setOver(false)}
          >
            <Tools id={id} />
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  )
})

function Tools({ id }: { id: string }) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  const { readOnly } = useWork()
  const { from, port } = wireOf(id)
  const node = useDesk(desk => desk.doc.nodes[from])
  const portLabel = usePortLabel()
  if (!node) return null
  const label = portLabel(portsOf(node).find(known => known.name === port) ?? { name: port })
  return (
    <>
      <span className="cut">{label}</span>
      {!readOnly && (
        <>
          <button
            type="button"
            aria-label={t('canvas.insert', { port: label })}
            title={t('canvas.insert', { port: label })}
            onClick={event => actions.pick({ x: event.clientX, y: event.clientY }, { insert: { from, port } })}
          >
            <IconPlus size={14} stroke={2} aria-hidden="true" />
          </button>
          <button
            type="button"
            aria-label={t('canvas.cut_edge', { port: label })}
            title={t('canvas.cut_edge', { port: label })}
            onClick={() => actions.cutWires([id])}
          >
            <IconX size={14} stroke={2} aria-hidden="true" />
          </button>
        </>
      )}
    </>
  )
}

/** A way back to the left goes round below, so that it does not run through its own nodes. */
function around(sx: number, sy: number, tx: number, ty: number): [string, number, number] {
  const out = 44
  const middle = Math.abs(ty - sy) > 160 ? (sy + ty) / 2 : Math.max(sy, ty) + 90
  const r = 14
  const up = (from: number, to: number) => (to > from ? 1 : -1)
  const a = up(sy, middle)
  const b = up(middle, ty)
  const path = [
    `M${sx} ${sy}`,
    `H${sx + out - r}`,
    `Q${sx + out} ${sy} ${sx + out} ${sy + a * r}`,
    `V${middle - a * r}`,
    `Q${sx + out} ${middle} ${sx + out - r} ${middle}`,
    `H${tx - out + r}`,
    `Q${tx - out} ${middle} ${tx - out} ${middle + b * r}`,
    `V${ty - b * r}`,
    `Q${tx - out} ${ty} ${tx - out + r} ${ty}`,
    `H${tx}`,
  ]
  return [path.join(''), (sx + tx) / 2, middle]
}
