import { type KeyboardEvent, type ReactNode, type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { isKnown, pieces } from '../doc/variables'
import { useFindings, useNode } from './field'
import css from './inspector.module.css'
import { useVariables } from './useVariables'
import { useVariableList, VariableList } from './VariableList'

export interface TextEditHandle {
  /** Opens the list of variables at the caret. */
  pick(): void
  /** Puts text at the caret, which stands between the two parts afterwards. */
  insert(before: string, after?: string): void
}

interface Props {
  id?: string
  path: string
  value: string
  onChange: (value: string) => void
  single?: boolean
  rows?: number
  mono?: boolean
  plain?: boolean
  bare?: boolean
  label?: string
  placeholder?: string
  foot?: ReactNode
  ref?: Ref<TextEditHandle>
  onEnter?: () => void
  onEmptyBackspace?: () => void
}

/** What is being typed after an open brace. */
const opened = /\{\{?\s*([\w.[\]]*)$/

/**
 * A text field that shows its variables as chips. The text is drawn behind the field in the same letters, so the field
 * itself stays an ordinary one: selection, spelling, screen readers and undo of the browser work as everywhere.
 */
export function TextEdit(props: Props) {
  const { id, path, value, onChange, single, rows = 1, mono, plain, bare, label, placeholder, foot, ref } = props
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  const area = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  const findings = useFindings(path)
  const [query, setQuery] = useState<string>()
  const [at, setAt] = useState(0)
  const variables = useVariableList(query)
  const shown = query !== undefined && variables.length > 0

  const edited = (text: string, caret: number) => {
    onChange(single ? text.replace(/\s*\n\s*/g, ' ') : text)
    if (plain) return
    const typed = bare ? text.slice(0, caret).match(/([\w.[\]]*)$/) : text.slice(0, caret).match(opened)
    setQuery(typed ? typed[1] : undefined)
    setAt(0)
  }
  const put = (text: string, caret: number) => {
    // At once, not with the next frame: who types on meanwhile would type in front of what was put.
    flushSync(() => onChange(text))
    area.current?.focus()
    area.current?.setSelectionRange(caret, caret)
  }
  const insert = (before: string, after = '') => {
    const from = area.current?.selectionStart ?? value.length
    const to = area.current?.selectionEnd ?? from
    const text = value.slice(0, from) + before + value.slice(from, to) + after + value.slice(to)
    put(text, from + before.length + (to - from))
  }
  const choose = (name: string) => {
    const caret = area.current?.selectionStart ?? value.length
    setQuery(undefined)
    if (bare) return put(name, name.length)
    const before = value.slice(0, caret)
    const typed = before.match(opened)
    const start = typed ? caret - typed[0].length : caret
    const braces = typed?.[0].startsWith('{{') ? ['{{', '}}'] : ['{', '}']
    const rest = value.slice(caret).replace(/^\s*\}{1,2}/, '')
    const made = value.slice(0, start) + braces[0] + name + braces[1]
    put(made + rest, made.length)
  }
  useImperativeHandle(ref, () => ({
    pick() {
      area.current?.focus()
      setQuery('')
      setAt(0)
    },
    insert,
  }))

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (shown) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) {
        event.preventDefault()
        setAt((at + step + variables.length) % variables.length)
        return
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        choose(variables[at]!.name)
        return
      }
    }
    if (event.key === 'Escape' && query !== undefined) {
      event.stopPropagation()
      setQuery(undefined)
    } else if (event.key === 'Enter' && single) {
      event.preventDefault()
      props.onEnter?.()
    } else if (event.key === 'Backspace' && value === '') {
      props.onEmptyBackspace?.()
    }
  }
  return (
    <div className={`${css.edit} ${foot ? css.footed : ''} ${mono || bare ? css.monospace : ''}`}>
      <div className={css.stack} style={single ? undefined : { minHeight: rows * 20 + 14 }}>
        <Drawn value={value} plain={plain} bare={bare} />
        <textarea
          id={id}
          ref={area}
          aria-label={label}
          value={value}
          placeholder={placeholder}
          readOnly={readOnly}
          rows={1}
          spellCheck={!mono && !bare && !plain}
          aria-invalid={findings.some(({ severity }) => severity === 'error') || undefined}
          aria-describedby={findings.length > 0 ? `wrong-${path}` : undefined}
          aria-controls={shown ? list : undefined}
          aria-activedescendant={shown ? `${list}-${at}` : undefined}
          onChange={({ target }) => edited(target.value, target.selectionStart)}
          onKeyDown={onKey}
          onBlur={() => setQuery(undefined)}
        />
      </div>
      {foot && <div className={css.foot}>{foot}</div>}
      {shown && <VariableList id={list} items={variables} at={at} onChoose={choose} label={t('fields.variables')} />}
    </div>
  )
}

function Drawn({ value, plain, bare }: { value: string; plain?: boolean; bare?: boolean }) {
  const known = useVariables()
  const parts = plain ? [{ text: value }] : bare ? [{ text: value, path: value || undefined }] : pieces(value)
  return (
    <div className={css.drawn} aria-hidden="true">
      {parts.map((piece, index) => {
        const key = `${index} ${piece.text}`
        if (!('path' in piece) || !piece.path) return <span key={key}>{piece.text}</span>
        return (
          <mark key={key} className={isKnown(piece.path, known) ? css.chip : css.stranger}>
            {piece.text}
          </mark>
        )
      })}
      {'\u200b'}
    </div>
  )
}
