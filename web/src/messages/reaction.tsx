import { useTranslation } from 'react-i18next'
import { type Json, text } from './json'
import type { Kind } from './kind'

const read = (part: Json) => ({ emoji: text(part.emoji) })

export const reaction: Kind<'reaction'> = {
  wire: ['reaction'],
  fromWire: read,
  fromContent: read,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return message.emoji ? t('reacted', { emoji: message.emoji }) : t('reaction_removed')
  },
  line: (message, t) => (message.emoji ? t('reacted', { emoji: message.emoji }) : t('reaction_removed')),
}
