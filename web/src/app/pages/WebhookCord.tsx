import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Cord, Knot } from '../../look/Cord'
import { Ago } from '../parts/Ago'
import css from './Integration.module.css'

/** What Meta has done with the callback URL so far; the next step pulses while it is awaited. */
export function WebhookCord({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const { verified_at, last_delivery_at } = one.webhook
  const steps = [
    { key: 'verified', at: verified_at, done: t('integration.verified'), waiting: t('integration.not_verified') },
    {
      key: 'delivery',
      at: last_delivery_at,
      done: t('integration.delivery'),
      waiting: one.phone?.display_phone_number
        ? t('integration.no_delivery', { number: one.phone.display_phone_number })
        : t('integration.no_delivery_yet'),
    },
  ]
  const next = steps.findIndex(step => step.at === null)
  return (
    <Cord className={css.cord} label={t('integration.webhook')}>
      {steps.map(({ key, at, done, waiting }, index) => (
        <li key={key}>
          <Knot state={at ? 'ok' : index === next ? 'live' : 'plain'} />
          <span>{at ? done : waiting}</span>
          {at && <Ago at={at} />}
        </li>
      ))}
    </Cord>
  )
}
