import { useTranslation } from 'react-i18next'
import { type Json, list, number, object, text } from './json'
import type { Kind } from './kind'
import { Marked } from './Marked'
import css from './messages.module.css'

const read = (part: Json) => ({
  text: text(part.text) || undefined,
  items: list(part.product_items ?? part.items).map(value => {
    const item = object(value)
    return {
      id: text(item.product_retailer_id) || text(item.id),
      quantity: number(item.quantity),
      price: number(item.item_price ?? item.price),
      currency: text(item.currency),
    }
  }),
})

export const order: Kind<'order'> = {
  wire: ['order'],
  fromWire: read,
  fromContent: content => read(object(content.order)),
  Body({ message }) {
    const { t } = useTranslation('messages')
    return (
      <>
        <b className={css.head}>{t('order', { count: message.items.length })}</b>
        {message.items.map(item => (
          <small key={item.id} className={css.footer}>
            {item.quantity} × {item.id}, {item.price} {item.currency}
          </small>
        ))}
        {message.text && <Marked text={message.text} />}
      </>
    )
  },
  line: (message, t) => t('order', { count: message.items.length }),
}
