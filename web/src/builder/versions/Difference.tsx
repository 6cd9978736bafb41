import { IconMinus, IconPencil, IconPlus } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { compare, type FieldChange, type NodeChange, words } from '../doc/compare'
import type { Doc } from '../doc/definition'
import { useNodeName, usePortLabel } from '../parts/names'
import { Tile } from '../parts/Tile'
import css from './versions.module.css'

const icons = { added: IconPlus, removed: IconMinus, changed: IconPencil }

/** What is different, component by component, in colours and with signs. */
export function Difference({ before, after, onNode }: { before: Doc; after: Doc; onNode?: (id: string) => void }) {
  const { t } = useTranslation('builder')
  const found = useMemo(() => compare(before, after), [before, after])
  const names = (id: unknown) => nameOf(String(id))
  const steps = (count: unknown) => (count === undefined ? undefined : t('tests.steps', { count: Number(count) }))
  const nodeName = useNodeName()
  const nameOf = (id: string) => {
    const node = after.nodes[id] ?? before.nodes[id]
    return node ? nodeName(node) : id
  }
  if (found.nodes.length + found.rest.length === 0) {
    return <p className={css.same}>{found.moved > 0 ? t('difference.only_moved') : t('difference.none')}</p>
  }
  return (
    <div className={css.difference}>
      <ul>
        {found.nodes.map(change => (
          <Node key={change.id} change={change} onNode={onNode} target={names} />
        ))}
        {found.rest.map(change => (
          <li key={`${change.part} ${change.field}`} className={css.change}>
            <Line
              label={[t(`parts.${change.part}`), change.field].filter(Boolean).join(': ')}
              change={
                change.part === 'start'
                  ? { ...change, before: names(change.before), after: names(change.after) }
                  : change.part === 'tests'
                    ? { ...change, before: steps(change.before), after: steps(change.after) }
                    : change
              }
            />
          </li>
        ))}
      </ul>
      {found.moved > 0 && <p className={css.same}>{t('difference.moved', { count: found.moved })}</p>}
    </div>
  )
}

interface NodeProps {
  change: NodeChange
  onNode?: (id: string) => void
  target: (id: unknown) => string
}

function Node({ change, onNode, target }: NodeProps) {
  const { t } = useTranslation('builder')
  const name = useNodeName()
  const port = usePortLabel()
  const Icon = icons[change.kind]
  const title = name(change.node)
  const field = (one: FieldChange) => {
    if (!one.field.startsWith('ports.')) return one.field.replaceAll('_', ' ')
    return t('difference.leads', {
      port: port({ name: one.field.slice(6), label: labelOf(change, one.field.slice(6)) }),
    })
  }
  const shown = (one: FieldChange): FieldChange =>
    one.field.startsWith('ports.')
      ? { ...one, before: one.before && target(one.before), after: one.after && target(one.after) }
      : one
  return (
    <li className={`${css.change} ${css[change.kind]}`}>
      <div className={css.changeHead}>
        <Icon size={16} stroke={2} aria-label={t(`difference.${change.kind}`)} />
        <Tile type={change.node.type} />
        {onNode && change.kind !== 'removed' ? (
          <button type="button" className="cut" onClick={() => onNode(change.id)}>
            {title}
          </button>
        ) : (
          <b className="cut">{title}</b>
        )}
      </div>
      {change.fields.map(one => (
        <Line key={one.field} label={field(one)} change={shown(one)} />
      ))}
    </li>
  )
}

function labelOf({ node }: NodeChange, port: string): string | undefined {
  const id = port.startsWith('option:') ? port.slice(7) : undefined
  for (const list of [node.buttons, node.options]) {
    if (!Array.isArray(list)) continue
    const found = (list as { id?: string; label?: string }[]).find(item => item?.id === id)
    if (found) return found.label
  }
  return undefined
}

function Line({ label, change }: { label: string; change: FieldChange }) {
  const text = (value: unknown) =>
    value === undefined || value === '' ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <div className={css.fieldLine}>
      <small>{label}</small>
      <p>
        {words(text(change.before), text(change.after)).map((word, index) => {
          const key = `${index} ${word.kind}`
          if (word.kind === 'added') return <ins key={key}>{word.text}</ins>
          if (word.kind === 'removed') return <del key={key}>{word.text}</del>
          return <span key={key}>{word.text}</span>
        })}
      </p>
    </div>
  )
}
