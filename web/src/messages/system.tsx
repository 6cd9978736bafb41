import { useTranslation } from 'react-i18next'
import { text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

/** A note about the contact: another number, another identity. */
export const system: Kind<'system'> = {
  wire: ['system'],
  fromWire: part => ({ body: text(part.body) }),
  fromContent: content => ({ body: text(content.body) }),
  Body({ message }) {
    const { t } = useTranslation('messages')
    return <em className={css.dim}>{message.body || t('system')}</em>
  },
  line: (message, t) => message.body || t('system'),
}
