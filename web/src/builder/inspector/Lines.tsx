import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'
import { TextEdit } from './TextEdit'

interface Props {
  path: string
  label: string
  add: string
  help?: string
  optional?: boolean
  most: number
  placeholder?: string
  /** The names of variables without braces. */
  bare?: boolean
}

/** Several texts of one line each, in order. */
export function Lines({ path, label, add, help, optional, most, placeholder, bare }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly, change } = useNode()
  const [value] = useField<string[]>(path)
  const stored = Array.isArray(value) ? value : []
  const lines = stored.length === 0 && !optional ? [''] : stored
  const write = (next: string[], joins: boolean) => change(path, next.length > 0 || !optional ? next : undefined, joins)
  return (
    <Frame path={path} label={label} help={help} optional={optional && lines.length === 0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines change while they are typed.
        <div key={index} className={css.pair} data-field={`${path}[${index}]`}>
          <TextEdit
            path={`${path}[${index}]`}
            value={line}
            single
            bare={bare}
            mono={bare}
            label={`${label} ${index + 1}`}
            placeholder={placeholder}
            onChange={next =>
              write(
                lines.map((other, at) => (at === index ? next : other)),
                true,
              )
            }
          />
          {!readOnly && (lines.length > 1 || optional) && (
            <button
              type="button"
              className={css.icon}
              aria-label={t('fields.remove', { number: index + 1 })}
              onClick={() =>
                write(
                  lines.filter((_, at) => at !== index),
                  false,
                )
              }
            >
              <IconTrash size={14} stroke={1.75} aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
      {!readOnly && lines.length < most && (
        <button type="button" className={css.add} onClick={() => write([...lines, ''], false)}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {add}
        </button>
      )}
    </Frame>
  )
}
