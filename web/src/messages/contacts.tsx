import { IconUser } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Json, list, object, text } from './json'
import type { Kind } from './kind'
import type { Card } from './message'
import css from './messages.module.css'

const card = (value: unknown): Card => {
  const entry = object(value)
  const name = object(entry.name)
  const parts = [name.first_name, name.last_name].map(text).filter(Boolean)
  return {
    name: text(name.formatted_name) || parts.join(' '),
    phones: list(entry.phones)
      .map(phone => text(object(phone).phone))
      .filter(Boolean),
    company: text(object(entry.org).company) || undefined,
  }
}

/** On the wire the list itself stands under the type's name. */
const read = (part: Json) => ({ cards: list(part.contacts ?? part.items).map(card) })

export const contacts: Kind<'contacts'> = {
  wire: ['contacts'],
  fromWire: read,
  fromContent: read,
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return message.cards.map((shown, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: cards have no id and never move.
      <span key={index} className={css.file}>
        <span className={css.face}>
          <IconUser size={18} stroke={1.75} aria-hidden="true" />
        </span>
        <span className={css.fileText}>
          <b className={css.fileName}>{shown.name || t('contact')}</b>
          <small>{shown.phones.join(', ') || shown.company}</small>
        </span>
      </span>
    ))
  },
  line: (message, t) => message.cards.map(shown => shown.name || t('contact')).join(', ') || t('contact'),
}
