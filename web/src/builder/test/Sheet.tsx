import { Button } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Section } from '../../messages/message'
import { useReturn } from '../parts/focus'
import css from './Test.module.css'

interface Props {
  title: string
  /** Something is there to be sent. */
  ready: boolean
  onSend: () => void
  onClose: () => void
  children: ReactNode
}

/** Rises over the chat and takes the focus; Escape closes it. */
export function Sheet({ title, ready, onSend, onClose, children }: Props) {
  const { t } = useTranslation('builder')
  const sheet = useRef<HTMLDivElement>(null)
  useReturn('[data-panel=test] textarea')
  useEffect(() => sheet.current?.querySelector('input')?.focus(), [])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onSend()
  }
  return (
    <div
      className={css.sheet}
      ref={sheet}
      role="dialog"
      aria-label={title}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <form onSubmit={send}>
        <header>
          <h3 className="grow">{title}</h3>
          <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
            {t('close')}
          </Button>
        </header>
        {children}
        <Button type="submit" fullWidth disabled={!ready}>
          {t('test.send')}
        </Button>
      </form>
    </div>
  )
}

interface RowsProps {
  sections: Section[]
  chosen?: string
  onChoose: (id: string) => void
}

/** Rows in sections, of which one can be chosen. */
export function Rows({ sections, chosen, onChoose }: RowsProps) {
  const name = useId()
  return (
    <div className={css.rows}>
      {sections.map((section, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections have no id and never move.
        <fieldset key={index}>
          {section.title && <legend>{section.title}</legend>}
          {section.rows.map(row => (
            <label key={row.id}>
              <span className="grow">
                {row.title}
                {row.description && <small>{row.description}</small>}
              </span>
              <input type="radio" name={name} checked={chosen === row.id} onChange={() => onChoose(row.id)} />
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  )
}
