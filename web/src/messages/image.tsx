import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { Missing } from './Missing'
import { plain } from './markup'
import { mediaFromContent, mediaFromWire } from './media'
import css from './messages.module.css'

export const image: Kind<'image'> = {
  wire: ['image'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return (
      <>
        {message.url ? (
          <img className={css.picture} src={message.url} alt={message.caption ? plain(message.caption) : t('image')} />
        ) : (
          <Missing type="image" media={message} />
        )}
        {message.caption && <Marked text={message.caption} />}
      </>
    )
  },
  line: (message, t) => (message.caption ? plain(message.caption) : t('image')),
}
