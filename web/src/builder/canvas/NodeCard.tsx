import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react'
import { Handle, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { componentOf } from '../components'
import { useDesk, useTest, useWork } from '../context'
import { wireId } from '../doc/store'
import { pieces } from '../doc/variables'
import { useKindName, useNodeName, usePortLabel } from '../parts/names'
import { Tile } from '../parts/Tile'
import css from './canvas.module.css'
import { rowsOf } from './rows'

/** A component on the canvas: what it is, what the customer sees, where it leads. */
export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps) {
  const { t } = useTranslation('builder')
  const node = useDesk(desk => desk.doc.nodes[id])
  const isStart = useDesk(desk => desk.doc.start === id)
  const asked = useDesk(desk => desk.errors.has(id))
  const { findings } = useWork()
  const count = useStore(findings.store, found => found.byNode.get(id)?.length ?? 0)
  const here = useTest(test => test.open && test.at === id)
  const visited = useTest(test => test.open && test.visited.has(id))
  const portLabel = usePortLabel()
  const kindName = useKindName()
  const nodeName = useNodeName()
  if (!node) return null
  const rows = rowsOf(node, asked)
  const kind = kindName(node.type)
  const name = nodeName(node)
  const summary = componentOf(node.type).summary(node)
  const [plain, system] = [rows.filter(row => !row.system), rows.filter(row => row.system)]
  const look = [css.node, selected && css.selected, count > 0 && css.troubled, here && css.here, visited && css.visited]
  return (
    <div className={look.filter(Boolean).join(' ')} data-node={id}>
      {isStart && (
        <span className={css.start}>
          <IconPlayerPlay size={13} stroke={2} aria-hidden="true" />
          {t('canvas.first_message')}
        </span>
      )}
      <Handle type="target" position={Position.Left} id="in" className={css.target} />
      {here && <span className={css.flag}>{t('canvas.test_here')}</span>}
      {count > 0 && !here && (
        <span className={css.problem}>
          <IconAlertTriangle size={13} stroke={2} aria-hidden="true" />
          {t('canvas.problems', { count })}
        </span>
      )}
      <header>
        <Tile type={node.type} />
        <div className="grow">
          <b className="cut">{name}</b>
          {name !== kind && <small className="cut">{kind}</small>}
        </div>
      </header>
      {summary && <div className={css.summary}>{typeof summary === 'string' ? <Shown text={summary} /> : summary}</div>}
      {plain.length > 0 && <ul className={css.ports}>{plain.map(row)}</ul>}
      {system.length > 0 && <ul className={css.ports}>{system.map(row)}</ul>}
    </div>
  )

  function row(port: (typeof rows)[number]) {
    const label = portLabel(port)
    const look = [css.port, css[port.state], port.system && css.system, port.name === 'error' && css.error]
    return (
      <li key={port.name} className={look.filter(Boolean).join(' ')}>
        <span className="cut">{port.state === 'loose' ? t('canvas.loose', { port: label }) : label}</span>
        <Outlet node={id} port={port.name} />
      </li>
    )
  }
})

/** The circle that a connection begins at. */
function Outlet({ node, port }: { node: string; port: string }) {
  const walked = useTest(test => test.open && test.path.has(wireId(node, port)))
  return (
    <Handle
      type="source"
      position={Position.Right}
      id={port}
      className={`${css.source} ${walked ? css.walked : ''}`}
      data-port={port}
    />
  )
}

/** A text with its variables set apart. */
function Shown({ text }: { text: string }) {
  return pieces(text.slice(0, 300)).map((piece, index) => {
    const key = `${index} ${piece.text}`
    return piece.path ? <code key={key}>{piece.text}</code> : <span key={key}>{piece.text}</span>
  })
}
