import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { templates } from '../../api/queries'
import type { Template } from '../../api/types'
import { useAgo } from '../parts/now'
import page from '../parts/page.module.css'
import { Empty, Failure, Loading, useReason } from '../parts/States'
import { Status } from '../parts/Status'
import { filled } from './SettingsFields'

const good = (one: Template) => one.status === 'APPROVED'
const bad = (one: Template) => ['REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED'].includes(one.status)

/** The templates of the number's business account, as Meta last told them. */
export function Templates({ id }: { id: string }) {
  const { t } = useTranslation('care')
  const ago = useAgo()
  const reason = useReason()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(templates(id))
  const sync = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/integrations/{id}/templates/sync', { params: { path: { id } } })),
    onSuccess: found => queries.setQueryData(templates(id).queryKey, found),
  })
  if (!data) return error ? <Failure what={t('templates.failed')} error={error} onRetry={refetch} /> : <Loading />
  const ask = (
    <Button
      variant="default"
      loading={sync.isPending}
      leftSection={<IconRefresh size={16} stroke={1.75} aria-hidden="true" />}
      onClick={() => sync.mutate()}
    >
      {t('templates.sync')}
    </Button>
  )
  return (
    <>
      <div className={page.bar}>
        <span className="grow" style={{ color: 'var(--muted)' }}>
          {t('templates.text', { when: data.synced_at ? ago(data.synced_at).words : t('templates.never') })}
        </span>
        {ask}
      </div>
      {sync.error && <p role="alert">{reason(sync.error)}</p>}
      {data.items.length === 0 ? (
        <Empty title={t('templates.none')} text={t('templates.none_text')} />
      ) : (
        <div className={page.scroll}>
          <table className={page.table} style={{ minWidth: 640 }}>
            <thead>
              <tr>
                <th style={{ width: '26%' }}>{t('templates.name')}</th>
                <th style={{ width: 150 }}>{t('templates.status')}</th>
                <th style={{ width: 130 }}>{t('templates.category')}</th>
                <th>{t('templates.preview')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(one => (
                <tr key={`${one.name} ${one.language}`}>
                  <td>
                    <span className={`${page.name} mono`} style={{ overflowWrap: 'anywhere' }}>
                      {one.name}
                    </span>
                    <span className={page.second}>{one.language}</span>
                  </td>
                  <td>
                    <Status state={good(one) ? 'ok' : bad(one) ? 'failing' : 'inactive'} word={one.status} />
                    {one.rejected_reason && <span className={page.second}>{one.rejected_reason}</span>}
                  </td>
                  <td>
                    {one.category}
                    {one.quality && <span className={page.second}>{one.quality}</span>}
                  </td>
                  <td style={{ color: 'var(--muted)', fontSize: 13 }}>{filled(one, [])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
