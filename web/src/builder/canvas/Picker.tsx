import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { components } from '../components'
import { useDesk } from '../context'
import { useNodeName } from '../parts/names'
import { Tile } from '../parts/Tile'
import { families, type Kind, kinds } from '../shape'
import { type Picking, useActions } from './actions'
import css from './Picker.module.css'

type Entry = { kind: Kind } | { node: string; name: string; type: string }

/** The list of components, and of nodes that a connection can lead to, at the place where one is wanted. */
export function Picker({ picking, onClose }: { picking: Picking; onClose: () => void }) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  const doc = useDesk(desk => desk.doc)
  const name = useNodeName()
  const id = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const opener = document.activeElement
    input.current?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [])
  useEffect(() => {
    const close = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Element)) onClose()
    }
    // Not the press that opened it.
    const timer = setTimeout(() => addEventListener('pointerdown', close, true))
    return () => {
      clearTimeout(timer)
      removeEventListener('pointerdown', close, true)
    }
  }, [onClose])

  const entries = useMemo(() => {
    const wanted = query.trim().toLowerCase()
    /** What is called so comes before what is only described so. */
    const rank = (names: string[], about: string) => {
      const lower = names.map(name => name.toLowerCase())
      if (lower.some(name => name.startsWith(wanted))) return 0
      if (lower.some(name => name.includes(wanted))) return 1
      return about.toLowerCase().includes(wanted) ? 2 : undefined
    }
    const ranked = <T extends Entry>(items: [number | undefined, T][]) =>
      items
        .filter((item): item is [number, T] => item[0] !== undefined)
        .sort((a, b) => a[0] - b[0])
        .map(([, entry]) => entry)
    const found: Entry[] = ranked(
      families
        .flatMap(family => kinds.filter(kind => components[kind].family === family))
        .map(kind => [rank([t(`kinds.${kind}`), t(`short.${kind}`), kind], t(`about.${kind}`)), { kind }]),
    )
    if (picking.after) {
      const nodes = doc.order.map(node => ({ node, name: name(doc.nodes[node]!), type: doc.nodes[node]!.type }))
      found.push(...ranked(nodes.map(entry => [rank([entry.name, entry.node], ''), entry])))
    }
    return found
  }, [query, doc, picking.after, t, name])

  const choose = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    if ('node' in entry) actions.connect(picking.after!, entry.node)
    else actions.add(entry.kind, { ...picking, at: [picking.at[0], picking.at[1] - 22] })
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setAt((at + step + entries.length) % Math.max(1, entries.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(entries[at])
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onClose()
    }
  }
  const { x, y } = picking.screen
  const firstNode = entries.findIndex(entry => 'node' in entry)
  return (
    <div
      ref={box}
      className={css.picker}
      style={{ left: Math.max(8, Math.min(x, innerWidth - 268)), top: Math.max(8, Math.min(y, innerHeight - 372)) }}
      role="dialog"
      aria-label={picking.after ? t('picker.next') : t('picker.title')}
    >
      <input
        ref={input}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={entries[at] ? `${id}-${at}` : undefined}
        aria-label={picking.after ? t('picker.next') : t('picker.title')}
        placeholder={picking.after ? t('picker.next') : t('picker.search')}
        value={query}
        onChange={({ target }) => {
          setQuery(target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
      />
      <div className={css.entries} id={id} role="listbox" aria-label={t('picker.title')} tabIndex={-1}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field above has the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: the text field above has the focus.
          <div
            key={'node' in entry ? `node ${entry.node}` : entry.kind}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={index === firstNode ? css.first : undefined}
            ref={index === at ? node => node?.scrollIntoView({ block: 'nearest' }) : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <Tile type={'node' in entry ? entry.type : entry.kind} />
            <span className="grow">
              <b className="cut">{'node' in entry ? entry.name : t(`kinds.${entry.kind}`)}</b>
              <small className="cut">{'node' in entry ? t('picker.there') : t(`about.${entry.kind}`)}</small>
            </span>
          </div>
        ))}
        {entries.length === 0 && <p>{t('picker.nothing', { query })}</p>}
      </div>
    </div>
  )
}
