import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { Missing } from './Missing'
import { mediaFromContent, mediaFromWire } from './media'
import css from './messages.module.css'

export const sticker: Kind<'sticker'> = {
  wire: ['sticker'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  Body({ message }) {
    const { t } = useTranslation('messages')
    if (!message.url) return <Missing type="sticker" media={message} />
    return <img className={css.sticker} src={message.url} alt={t('sticker')} />
  },
  line: (_, t) => t('sticker'),
}
