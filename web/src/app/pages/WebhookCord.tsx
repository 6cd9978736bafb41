import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Cord, Knot, type KnotState } from '../../look/Cord'
import { Ago } from '../parts/Ago'
import css from './Integration.module.css'

/** What Meta has done with the callback URL so far; the next step pulses while it is awaited. */
export function WebhookCord({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const { verified_at, last_delivery_at, elsewhere, looked_at } = one.webhook
  const number = one.phone?.display_phone_number
  const away = elsewhere !== null
  const steps: { key: string; state: KnotState; said: string; at: string | null }[] = [
    {
      key: 'verified',
      state: verified_at ? 'ok' : 'live',
      said: verified_at ? t('integration.verified') : t('integration.not_verified'),
      at: verified_at,
    },
    {
      key: 'delivery',
      state: last_delivery_at ? 'ok' : verified_at ? 'live' : 'plain',
      said: last_delivery_at
        ? t('integration.delivery')
        : number
          ? t('integration.no_delivery', { number })
          : t('integration.no_delivery_yet'),
      at: last_delivery_at,
    },
    {
      key: 'watch',
      state: away ? 'warn' : looked_at ? 'ok' : 'plain',
      said: away ? t('integration.away') : looked_at ? t('integration.here') : t('integration.watched'),
      at: looked_at,
    },
  ]
  return (
    <Cord className={css.cord} label={t('integration.webhook')}>
      {steps.map(({ key, state, said, at }) => (
        <li key={key}>
          <Knot state={state} />
          <span>{said}</span>
          {at && <Ago at={at} />}
        </li>
      ))}
    </Cord>
  )
}
