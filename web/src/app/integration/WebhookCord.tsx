import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Cord, Knot, type KnotState } from '../../look/Cord'
import { Ago } from '../ui/Ago'
import css from './Integration.module.css'

/** What Meta has done with the callback URL so far; the next step pulses while it is awaited. */
export function WebhookCord({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const { verified_at, last_delivery_at, state: delivers, said_at, wrong_token_at } = one.webhook
  const number = one.phone?.display_phone_number
  const steps: { key: string; state: KnotState; said: string; at: string | null }[] = [
    {
      key: 'verified',
      state: wrong_token_at ? 'warn' : verified_at ? 'ok' : 'live',
      said: t(
        wrong_token_at ? 'integration.wrong_token' : verified_at ? 'integration.verified' : 'integration.not_verified',
      ),
      at: wrong_token_at ?? verified_at,
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
      // Only what Meta said when it was asked.
      state: delivers === 'here' ? 'ok' : delivers === 'unknown' ? 'plain' : 'warn',
      said: t(`integration.delivers.${delivers}`),
      at: said_at,
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
