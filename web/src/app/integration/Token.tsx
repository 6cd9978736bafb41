import { IconAlertOctagon, IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { date, daysUntil } from '../../words/time'
import { useNow } from '../ui/now'
import css from '../ui/page.module.css'
import { isToken, reasonOf } from './health'

type AccessToken = Integration['credentials']['token']
type Holder = Pick<Integration, 'active' | 'credentials' | 'health' | 'health_params' | 'managed'>

/** How long an access token lasts. `amber` starts two weeks before the end. */
export function tokenState({ kind, expires_at }: AccessToken, now: number) {
  if (expires_at && new Date(expires_at).getTime() <= now) return 'expired'
  if (expires_at) return daysUntil(expires_at, now) <= 14 ? 'amber' : 'runs'
  return kind === 'unknown' ? 'unknown' : 'never'
}

type Fares = Pick<Holder, 'active' | 'health' | 'health_params'>

/** Whether what is wrong is the access token, so that a new one mends it. */
export const aboutToken = (one: Fares) => one.active && isToken(reasonOf(one))

/** Whether the number cannot send for the sake of its access token. */
export const refused = (one: Fares) => one.health === 'failing' && aboutToken(one)

export function useTokenWords() {
  const { t, i18n } = useTranslation('app')
  const now = useNow()
  return (one: Holder) => {
    const { token } = one.credentials
    if (one.managed) return { state: 'managed', first: t('token.managed'), second: t('token.managed_second') } as const
    const state = tokenState(token, now)
    if (state !== 'expired' && refused(one))
      return { state: 'refused', first: t('token.refused'), second: t('token.refused_second') } as const
    const clock = { locale: i18n.language, now }
    const days = token.expires_at ? daysUntil(token.expires_at, now) : 0
    switch (state) {
      case 'expired':
        return { state, first: t('token.expired'), second: date(token.expires_at!, clock) }
      case 'amber':
        return { state, first: t('token.days', { count: days }), second: date(token.expires_at!, clock) }
      case 'runs':
        return { state, first: t('token.days', { count: days }), second: t(`token.kinds.${token.kind}`) }
      case 'never':
        return { state, first: t('token.never'), second: t(`token.kinds.${token.kind}`) }
      case 'unknown':
        return { state, first: t('token.unknown'), second: t('token.unchecked') }
    }
  }
}

export function Token({ one }: { one: Holder }) {
  const { state, first, second } = useTokenWords()(one)
  const bad = state === 'expired' || state === 'refused'
  const Icon = bad ? IconAlertOctagon : IconClock
  return (
    <>
      {bad || state === 'amber' ? (
        <span className={`${css.mark} ${bad ? css.failing : css.warning}`}>
          <Icon size={16} stroke={1.75} aria-hidden="true" />
          {first}
        </span>
      ) : (
        <span style={{ fontSize: 13 }}>{first}</span>
      )}
      <span className={css.second}>{second}</span>
    </>
  )
}
