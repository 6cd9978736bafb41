import { IconX } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWork } from '../context'
import { texts, usages } from '../doc/variables'
import { useReturn } from '../parts/focus'
import { useKindName, useNodeName } from '../parts/names'
import { Tile } from '../parts/Tile'
import { useActions } from './actions'
import css from './Find.module.css'

interface Hit {
  node: string
  name: string
  type: string
  /** What was found, with a little around it. */
  line: string
}

/** Finds texts, variables (`{name}`) and components, and goes there. */
export function Find({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const actions = useActions()
  const doc = useDesk(state => state.doc)
  const nodeName = useNodeName()
  const kindName = useKindName()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  useReturn()
  useEffect(() => input.current?.focus(), [])

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: its cases belong together.
  const hits = useMemo(() => {
    const wanted = query.trim().toLowerCase()
    if (!wanted) return []
    const variable = wanted.match(/^\{\s*([\w.[\]]+)\s*\}?$/)?.[1]
    const users = variable ? new Set(usages(doc, variable.split(/[.[]/)[0]!)) : undefined
    const found: Hit[] = []
    for (const id of doc.order) {
      const node = doc.nodes[id]!
      const hit = { node: id, name: nodeName(node), type: node.type }
      if (users) {
        if (users.has(id)) found.push({ ...hit, line: `{${variable}}` })
        continue
      }
      if ([hit.name, kindName(node.type), id].some(word => word.toLowerCase().includes(wanted))) {
        found.push({ ...hit, line: kindName(node.type) })
        continue
      }
      for (const [path, text] of texts(node)) {
        if (path === 'id' || path === 'type' || path.startsWith('ports')) continue
        const from = text.toLowerCase().indexOf(wanted)
        if (from < 0) continue
        found.push({ ...hit, line: `${from > 18 ? '…' : ''}${text.slice(Math.max(0, from - 18), from + 60)}` })
        break
      }
    }
    for (const note of Object.values(doc.notes)) {
      if (note.text.toLowerCase().includes(wanted)) {
        found.push({ node: note.id, name: t('canvas.note'), type: 'note', line: note.text.slice(0, 80) })
      }
    }
    return found
  }, [query, doc, nodeName, kindName, t])

  const go = (index: number) => {
    const hit = hits[index]
    if (!hit) return
    setAt(index)
    desk.getState().select([hit.node])
    actions.show(hit.node)
  }
  return (
    <search className={css.find} aria-label={t('find.title')}>
      <div className={css.line}>
        <input
          ref={input}
          aria-label={t('find.title')}
          placeholder={t('find.placeholder')}
          value={query}
          onChange={({ target }) => {
            setQuery(target.value)
            setAt(0)
          }}
          onKeyDown={event => {
            if (event.key === 'Enter' && hits.length > 0) {
              event.preventDefault()
              const shown = desk.getState().selection.has(hits[at]?.node ?? '')
              go(shown ? (at + (event.shiftKey ? -1 : 1) + hits.length) % hits.length : at)
            } else if (event.key === 'Escape') {
              event.stopPropagation()
              onClose()
            }
          }}
        />
        <span aria-live="polite">{query.trim() && t('find.hits', { count: hits.length })}</span>
        <button type="button" aria-label={t('find.close')} onClick={onClose}>
          <IconX size={16} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
      {hits.length > 0 && (
        <ul>
          {hits.slice(0, 60).map((hit, index) => (
            <li key={hit.node}>
              <button type="button" aria-current={index === at || undefined} onClick={() => go(index)}>
                <Tile type={hit.type} />
                <span className="grow">
                  <b className="cut">{hit.name}</b>
                  <small className="cut">{hit.line}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  )
}
