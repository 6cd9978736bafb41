import { useTranslation } from 'react-i18next'
import { text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

/** A type that this page has never heard of. */
export const unknown: Kind<'unknown'> = {
  wire: ['unknown'],
  fromWire: part => ({ kind: text(part.kind) }),
  fromContent: content => ({ kind: text(content.kind) }),
  Body({ message }) {
    const { t } = useTranslation('messages')
    return <em className={css.dim}>{t('unknown', { kind: message.kind || '–' })}</em>
  },
  line: (message, t) => t('unknown', { kind: message.kind || '–' }),
}
