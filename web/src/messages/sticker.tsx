import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { mediaFromContent, mediaFromWire } from './media'
import css from './messages.module.css'
import { Picture } from './Picture'

export const sticker: Kind<'sticker'> = {
  wire: ['sticker'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return <Picture type="sticker" media={message} className={css.sticker} alt={t('sticker')} />
  },
  line: (_, t) => t('sticker'),
}
