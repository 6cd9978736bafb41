import type { ReactNode } from 'react'
import page from '../ui/page.module.css'
import { usePhoneWidth } from '../ui/wide'

export interface Column<T> {
  title: string
  width?: number
  cell: (one: T) => ReactNode
  /** On a card the title stands before it. */
  named?: boolean
}

interface Props<T> {
  items: T[]
  /** The first one is what a thing is called. */
  columns: Column<T>[]
  /** What can be done with one. */
  deeds: { title: string; width: number; of: (one: T) => ReactNode }
}

/** What an account has of something: a table, and cards on a phone. */
export function Listing<T extends { id: string }>({ items, columns, deeds }: Props<T>) {
  const phone = usePhoneWidth()
  const [first, ...rest] = columns
  if (phone) {
    return (
      <div className={page.cards}>
        {items.map(one => (
          <article key={one.id} className={page.item}>
            <div className="grow">{first?.cell(one)}</div>
            {rest.map(({ title, cell, named }) => (
              <div key={title} className={`${page.itemFoot} ${page.wraps}`}>
                {named && <span className={page.second}>{title}</span>}
                <div style={{ minWidth: 0 }}>{cell(one)}</div>
              </div>
            ))}
            <div className={page.deeds}>{deeds.of(one)}</div>
          </article>
        ))}
      </div>
    )
  }
  return (
    <table className={page.table}>
      <thead>
        <tr>
          {columns.map(({ title, width }) => (
            <th key={title} style={{ width }}>
              {title}
            </th>
          ))}
          <th style={{ width: deeds.width }}>
            <span className="vh">{deeds.title}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(one => (
          <tr key={one.id}>
            {columns.map(({ title, cell }) => (
              <td key={title}>{cell(one)}</td>
            ))}
            <td>
              <div className={page.deeds}>{deeds.of(one)}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What the list is, and how it grows. */
export function ListHead({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className={page.bar}>
      <span className="grow" style={{ color: 'var(--muted)' }}>
        {text}
      </span>
      {children}
    </div>
  )
}
