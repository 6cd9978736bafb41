import type { ReactNode } from 'react'
import { useEffect } from 'react'
import css from './page.module.css'

/** The window's title follows the page. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} – Chasqui`
  }, [title])
}

export function PageHead({ title, sub, children }: { title: string; sub?: ReactNode; children?: ReactNode }) {
  useTitle(title)
  return (
    <div className={css.head}>
      <div className="grow">
        <h1>{title}</h1>
        {sub && <p>{sub}</p>}
      </div>
      {children}
    </div>
  )
}
