import { Button } from '@mantine/core'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Choice, Of } from '../../messages/message'
import css from './Test.module.css'

interface Props {
  list: Of<'list'>
  onSend: (choice: Choice) => void
  onClose: () => void
}

/** The rows of a list, as the phone opens them. */
export function ListSheet({ list, onSend, onClose }: Props) {
  const { t } = useTranslation('builder')
  const name = useId()
  const [chosen, setChosen] = useState<Choice>()
  const sheet = useRef<HTMLDivElement>(null)
  useEffect(() => sheet.current?.querySelector('input')?.focus(), [])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (chosen) onSend(chosen)
  }
  return (
    <div
      className={css.sheet}
      ref={sheet}
      role="dialog"
      aria-label={list.button}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <form onSubmit={send}>
        <header>
          <h3 className="grow">{list.button}</h3>
          <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
            {t('close')}
          </Button>
        </header>
        <div className={css.rows}>
          {list.sections.map((section, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: sections have no id and never move.
            <fieldset key={index}>
              {section.title && <legend>{section.title}</legend>}
              {section.rows.map(row => (
                <label key={row.id}>
                  <span className="grow">
                    {row.title}
                    {row.description && <small>{row.description}</small>}
                  </span>
                  <input type="radio" name={name} checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
                </label>
              ))}
            </fieldset>
          ))}
        </div>
        <Button type="submit" fullWidth disabled={!chosen}>
          {t('test.send')}
        </Button>
      </form>
    </div>
  )
}
