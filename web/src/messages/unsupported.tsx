import { useTranslation } from 'react-i18next'
import { type Json, text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

const read = (part: Json) => ({ kind: text(part.kind) || text(part.type) })

export const unsupported: Kind<'unsupported'> = {
  wire: ['unsupported'],
  fromWire: read,
  fromContent: content => ({ kind: text(content.kind) }),
  Body({ message }) {
    const { t } = useTranslation('messages')
    return <em className={css.dim}>{t('unsupported', { kind: message.kind || '–' })}</em>
  },
  line: (message, t) => t('unsupported', { kind: message.kind || '–' }),
}
