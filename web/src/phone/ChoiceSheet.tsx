import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Choice, Section } from '../messages/message'
import { Sheet } from './Sheet'
import css from './Sheet.module.css'

interface Props {
  title: string
  sections: Section[]
  onSend: (choice: Choice) => void
  onClose: () => void
}

/** One choice from rows in sections, sent with one button. */
export function ChoiceSheet({ title, sections, onSend, onClose }: Props) {
  const { t } = useTranslation('phone')
  const name = useId()
  const [chosen, setChosen] = useState<Choice>()
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        className={css.choices}
        id={name}
        onSubmit={event => {
          event.preventDefault()
          if (chosen) onSend(chosen)
        }}
      >
        {sections.map((section, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sections have no id and never move.
          <fieldset key={index}>
            {section.title && <legend>{section.title}</legend>}
            {section.rows.map(row => (
              <label key={row.id} className={css.option}>
                <span>
                  {row.title}
                  {row.description && <small>{row.description}</small>}
                </span>
                <input type="radio" name={name} checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
              </label>
            ))}
          </fieldset>
        ))}
      </form>
      <button type="submit" form={name} className={css.send} disabled={!chosen}>
        {t('send')}
      </button>
    </Sheet>
  )
}
