import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNode } from './field'
import css from './inspector.module.css'

interface Props<T> {
  items: T[]
  /** Where an item stands in the node. */
  path: (item: T, index: number) => string
  add: string
  onAdd: () => void
  onRemove: (index: number) => void
  /** The last one stays. */
  needed?: boolean
  most?: number
  children: (item: T, index: number) => ReactNode
}

/** What is written in rows, each of which can go, with a button for the next. */
export function Rows<T>({ items, path, add, onAdd, onRemove, needed, most, children }: Props<T>) {
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  return (
    <>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows change while they are typed.
        <div key={index} className={css.pair} data-field={path(item, index)}>
          {children(item, index)}
          {!readOnly && (items.length > 1 || !needed) && (
            <button
              type="button"
              className={css.icon}
              aria-label={t('fields.remove', { number: index + 1 })}
              onClick={() => onRemove(index)}
            >
              <IconTrash size={14} stroke={1.75} aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
      {!readOnly && (most === undefined || items.length < most) && (
        <button type="button" className={css.add} onClick={onAdd}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {add}
        </button>
      )}
    </>
  )
}
