import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'
import { Rows } from './Rows'
import { TextEdit } from './TextEdit'

interface Props {
  path: string
  label: string
  name: string
  value: string
  /** Values without variables. */
  plain?: boolean
}

type Row = [name: string, value: string]

/** Names with values, in order. A row whose name is still empty or double is kept here until it can be written. */
export function Pairs({ path, label, name, value, plain }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly, change } = useNode()
  const [own] = useField<Record<string, unknown>>(path)
  const stored: Row[] = Object.entries(own ?? {}).map(([key, item]) => [
    key,
    typeof item === 'string' ? item : JSON.stringify(item),
  ])
  const [open, setOpen] = useState<Row[]>()
  const rows = open ?? stored
  const write = (next: Row[], joins = true) => {
    const names = next.map(([key]) => key.trim())
    const whole = names.every((key, index) => key !== '' && names.indexOf(key) === index)
    setOpen(whole ? undefined : next)
    const good = next.filter(([key], index) => key.trim() !== '' && names.indexOf(key.trim()) === index)
    change(path, good.length > 0 ? Object.fromEntries(good.map(([key, item]) => [key.trim(), item])) : undefined, joins)
  }
  const set = (index: number, row: Row) => write(rows.map((other, at) => (at === index ? row : other)))
  return (
    <Frame path={path} label={label} optional={rows.length === 0}>
      <Rows
        items={rows}
        path={([key]) => `${path}.${key}`}
        add={t('fields.add_pair')}
        onAdd={() => setOpen([...rows, ['', '']])}
        onRemove={index =>
          write(
            rows.filter((_, at) => at !== index),
            false,
          )
        }
      >
        {([key, item], index) => (
          <>
            <input
              className={css.input}
              aria-label={`${name} ${index + 1}`}
              placeholder={name}
              value={key}
              readOnly={readOnly}
              spellCheck={false}
              onChange={({ target }) => set(index, [target.value, item])}
            />
            <TextEdit
              path={`${path}.${key}`}
              value={item}
              single
              plain={plain}
              label={`${value} ${index + 1}`}
              placeholder={value}
              onChange={next => set(index, [key, next])}
            />
          </>
        )}
      </Rows>
    </Frame>
  )
}
