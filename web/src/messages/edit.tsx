import { useTranslation } from 'react-i18next'
import { fromContent, fromWire, line } from './index'
import { object } from './json'
import type { Kind } from './kind'
import type { Message } from './message'
import css from './messages.module.css'

const inside = (message: unknown, read: (part: ReturnType<typeof object>) => Message) => {
  const part = object(message)
  return part.type ? read(part) : undefined
}

/** What its writer made of an earlier message. */
export const edit: Kind<'edit'> = {
  wire: ['edit'],
  fromWire: part => ({ content: inside(part.message, fromWire) }),
  fromContent: content => ({ content: inside(content.content, fromContent) }),
  Body({ message }) {
    const { t } = useTranslation('messages')
    return (
      <>
        <em className={css.dim}>{t('edited')}</em> {message.content && line(message.content, t)}
      </>
    )
  },
  line: (message, t) => (message.content ? `${t('edited')}: ${line(message.content, t)}` : t('edited')),
}
