import { IconArrowForwardUp, IconArrowForwardUpDouble, IconShoppingBag, IconSpeakerphone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import css from './messages.module.css'
import { webAddress } from './places'

/** What may stand with a contact's message beside its content. */
export interface Marked {
  forwarded?: boolean
  frequently_forwarded?: boolean
  referral?: {
    source_type?: string | null
    source_url?: string | null
    headline?: string | null
    body?: string | null
  } | null
  product?: { catalog_id?: string | null; product_retailer_id?: string | null } | null
}

export const isMarked = ({ forwarded, referral, product }: Marked) => Boolean(forwarded || referral || product)

/** Where a message comes from and what it is about, above its words: plain text, and links that lead to the web only. */
export function Marks({ forwarded, frequently_forwarded, referral, product }: Marked) {
  const { t } = useTranslation('messages')
  const link = webAddress(referral?.source_url)
  const Forwarded = frequently_forwarded ? IconArrowForwardUpDouble : IconArrowForwardUp
  return (
    <>
      {forwarded && (
        <span className={css.mark}>
          <Forwarded size={14} stroke={1.75} aria-hidden="true" />
          {t(frequently_forwarded ? 'forwarded_often' : 'forwarded')}
        </span>
      )}
      {referral && (
        <span className={css.referral}>
          <span className={css.mark}>
            <IconSpeakerphone size={14} stroke={1.75} aria-hidden="true" />
            {t(referral.source_type === 'post' ? 'from_post' : 'from_ad')}
          </span>
          {referral.headline && <b dir="auto">{referral.headline}</b>}
          {referral.body && <span dir="auto">{referral.body}</span>}
          {link && (
            <a href={link} target="_blank" rel="noopener noreferrer">
              {link.replace(/^https?:\/\//i, '')}
            </a>
          )}
        </span>
      )}
      {product && (
        <span className={css.referral}>
          <span className={css.mark}>
            <IconShoppingBag size={14} stroke={1.75} aria-hidden="true" />
            {t('about_product')}
          </span>
          <b className="mono">{product.product_retailer_id ?? product.catalog_id}</b>
        </span>
      )}
    </>
  )
}
