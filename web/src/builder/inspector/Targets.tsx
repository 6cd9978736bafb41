import { useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useDesk, useWork } from '../context'
import { connect, disconnect } from '../doc/edit'
import { useNodeName, usePortLabel } from '../parts/names'
import { isLoose, portsOf } from '../shape'
import { Findings } from './Frame'
import { useFindings, useNode } from './field'
import css from './inspector.module.css'

/** Where each port leads: what is drawn on the canvas, for the keyboard and for a small screen. */
export function Targets() {
  const { t } = useTranslation('builder')
  const { node } = useNode()
  const ports = portsOf(node)
  const choice = ports.some(port => port.name === 'fallback')
  const shown = [
    ...ports,
    ...(choice && !ports.some(port => port.name === 'next')
      ? [{ name: 'next', need: 'optional' as const, words: 'any_option' as const }]
      : []),
    ...(node.type === 'end' ? [] : [{ name: 'error', need: 'optional' as const }]),
  ]
  if (shown.length === 0) return null
  return (
    <section className={css.targets} aria-label={t('targets.title')}>
      <h3>{t('targets.title')}</h3>
      {shown.map(port => (
        <Target key={port.name} port={port} loose={isLoose(node, port)} />
      ))}
    </section>
  )
}

interface TargetProps {
  port: ReturnType<typeof portsOf>[number]
  loose: boolean
}

function Target({ port, loose }: TargetProps) {
  const { t } = useTranslation('builder')
  const field = useId()
  const { desk } = useWork()
  const { id, node, readOnly } = useNode()
  const [open, setOpen] = useState(false)
  const to = node.ports?.[port.name] ?? ''
  // A large bot has hundreds of targets: they are listed when somebody is about to choose.
  const doc = useDesk(state => (open ? state.doc : undefined))
  const target = useDesk(state => (to ? state.doc.nodes[to] : undefined))
  const label = usePortLabel()
  const name = useNodeName()
  const findings = useFindings(`port ${port.name}`)
  const listed = doc ? doc.order.map(other => doc.nodes[other]!) : target ? [target] : []
  return (
    <div className={css.targetLine} data-field={`ports.${port.name}`}>
      <label htmlFor={field} className={`cut ${loose ? css.odd : ''}`}>
        {label(port)}
      </label>
      <select
        id={field}
        className={css.select}
        value={to}
        disabled={readOnly}
        onPointerEnter={() => setOpen(true)}
        onFocus={() => flushSync(() => setOpen(true))}
        onChange={({ target }) =>
          desk
            .getState()
            .change(target.value ? 'connect' : 'cut_edge', now =>
              target.value
                ? connect(now, { from: id, port: port.name }, target.value)
                : disconnect(now, [{ from: id, port: port.name }]),
            )
        }
      >
        <option value="">{t('targets.nowhere')}</option>
        {listed.map(other => (
          <option key={other.id} value={other.id}>
            {other.id === id ? t('targets.itself') : name(other)}
          </option>
        ))}
      </select>
      <Findings findings={findings} />
    </div>
  )
}
