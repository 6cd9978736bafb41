import { Button } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import type { Connection } from '../../api/types'
import { useReason } from '../ui/States'
import css from './ConnectionCheck.module.css'

const problems = ['timeout', 'refused', 'blocked', 'rejected'] as const

/** Asks the service whether it takes the secret. */
export function ConnectionCheck({ connection: { id, name } }: { connection: Connection }) {
  const { t } = useTranslation('people')
  const reason = useReason()
  const check = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/connections/{id}/check', { params: { path: { id } } })),
  })
  const found = check.data
  const problem = problems.find(one => one === found?.problem) ?? 'other'
  return (
    <div className={css.check}>
      <Button
        variant="default"
        size="compact-xs"
        loading={check.isPending}
        aria-label={t('connections.check_named', { name })}
        onClick={() => check.mutate()}
      >
        {t('connections.check')}
      </Button>
      <span role="status">
        {found?.works && (
          <span className={css.works}>
            <IconCircleCheck size={16} stroke={1.75} aria-hidden="true" />
            {t('connections.works')}
          </span>
        )}
        {found && !found.works && (
          <span className={css.fails}>
            <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
            <span>
              {t(`connections.problems.${problem}`)}
              {found.reason && <span className={css.reason}>{found.reason}</span>}
            </span>
          </span>
        )}
        {check.error && <span className={css.fails}>{reason(check.error)}</span>}
      </span>
    </div>
  )
}
