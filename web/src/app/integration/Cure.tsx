import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { useMay } from '../shell/session'
import { refused } from './Token'

/** The two buttons that help a failing integration. */
export function Cure({ one, size }: { one: Integration; size: 'xs' | 'sm' }) {
  const { t } = useTranslation('app')
  const admin = useMay('manage')
  const to = `/integrations/${one.id}` as string
  return (
    <>
      <Button component={Link} to={to} variant="default" size={size}>
        {t('integrations.diagnose')}
      </Button>
      {admin && refused(one) && !one.managed && (
        <Button component={Link} to={to} hash="token" variant="default" size={size}>
          {t('integrations.new_token')}
        </Button>
      )}
    </>
  )
}
