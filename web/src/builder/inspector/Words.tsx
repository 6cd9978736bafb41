import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'

interface Props {
  path: string
  label: string
  add: string
  help?: string
  /** What a word must look like. */
  pattern?: RegExp
  width?: number
}

/** Short values, each with a port of its own: the cases of a formula, the statuses of a request. */
export function Words({ path, label, add, help, pattern, width }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly, change } = useNode()
  const [value] = useField<string[]>(path)
  const [typed, setTyped] = useState('')
  const items = value ?? []
  const word = typed.trim()
  const fits = word !== '' && !items.includes(word) && (!pattern || pattern.test(word))
  const put = () => {
    if (!fits) return
    change(path, [...items, word], false)
    setTyped('')
  }
  return (
    <Frame path={path} label={label} help={help}>
      <ul className={css.words}>
        {items.map(item => (
          <li key={item}>
            <span>{item}</span>
            {!readOnly && (
              <button
                type="button"
                aria-label={t('fields.remove_word', { word: item })}
                onClick={() => {
                  const left = items.filter(other => other !== item)
                  change(path, left.length > 0 ? left : undefined, false)
                }}
              >
                <IconX size={13} stroke={2} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <div className={css.wordInput}>
          <input
            className={css.input}
            style={{ width }}
            aria-label={add}
            placeholder={add}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onBlur={put}
            onKeyDown={event => {
              if (event.key === 'Enter') put()
            }}
          />
          <button type="button" className={css.icon} aria-label={add} disabled={!fits} onClick={put}>
            <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
    </Frame>
  )
}
