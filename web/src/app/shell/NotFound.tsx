import { Button } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty, Failure } from '../ui/States'

export function NotFound() {
  const { t } = useTranslation('app')
  return (
    <Empty title={t('not_found.title')} text={t('not_found.text')}>
      <Button component={Link} to="/integrations" variant="default">
        {t('not_found.back')}
      </Button>
    </Empty>
  )
}

export function PageError({ error }: { error: unknown }) {
  const { t } = useTranslation('app')
  const router = useRouter()
  return <Failure what={t('error.page')} error={error} onRetry={() => void router.invalidate()} />
}
