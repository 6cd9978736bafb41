import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { aboutToken, refused } from './Token'

/** Why an integration does not fare well. About its token it is said here, with what waits; the rest as the server says it. */
export function useTrouble(one: Integration) {
  const { t } = useTranslation('app')
  const reason = one.health_reason ?? ''
  const code = /\((?:error|Fehler) (\d+)\)/.exec(reason)?.[1]
  if (refused(one) && code) return `${t('trouble.refused', { code })} ${t('trouble.held', { count: one.held })}`
  const end = /\d{4}-\d\d-\d\d/.exec(reason)?.[0]
  if (aboutToken(one) && one.health === 'warning' && end) return `${t('trouble.ends', { end })} ${t('trouble.enter')}`
  return reason
}
