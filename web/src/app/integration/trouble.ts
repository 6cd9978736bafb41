import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { date } from '../../words/time'
import { useNow } from '../ui/now'
import { reasonOf } from './health'
import { aboutToken, refused } from './Token'

/** Why an integration does not fare well. About its token it is said here, with what waits; the rest as the server says it. */
export function useTrouble(one: Integration) {
  const { t, i18n } = useTranslation('app')
  const now = useNow()
  const why = reasonOf(one)
  const code = why?.meta?.code
  if (refused(one) && code) return `${t('trouble.refused', { code })} ${t('trouble.held', { count: one.held })}`
  if (aboutToken(one) && one.health === 'warning' && why?.on) {
    const end = date(why.on, { locale: i18n.language, now })
    return `${t('trouble.ends', { end })} ${t('trouble.enter')}`
  }
  return one.health_reason ?? ''
}
