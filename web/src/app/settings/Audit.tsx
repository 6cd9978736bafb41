import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { audit } from '../../api/queries'
import { Ago } from '../parts/Ago'
import page from '../parts/page.module.css'
import { Empty, Failure, Loading } from '../parts/States'

/** Who did what, newest first; of one thing when it is named. */
export function AuditLog({ subject }: { subject?: string }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(audit(subject))
  if (!data) return error ? <Failure what={t('audit.failed')} error={error} onRetry={refetch} /> : <Loading />
  const entries = data.pages.flatMap(({ items }) => items)
  if (entries.length === 0) return <Empty title={t('audit.none')} text={t('audit.text')} />
  return (
    <>
      <div className={page.scroll}>
        <table className={page.table} style={{ minWidth: 620 }}>
          <thead>
            <tr>
              <th style={{ width: 130 }}>{t('audit.when')}</th>
              <th style={{ width: 200 }}>{t('audit.who')}</th>
              <th>{t('audit.what')}</th>
              {!subject && <th style={{ width: 250 }}>{t('audit.about')}</th>}
            </tr>
          </thead>
          <tbody>
            {entries.map(one => (
              <tr key={one.id}>
                <td>
                  <Ago at={one.at} />
                </td>
                <td>{one.who ? one.who.name || one.who.email || one.who.id : t('audit.installation')}</td>
                <td>
                  <span className="mono">{one.action}</span>
                  {Object.keys(one.detail).length > 0 && (
                    <span className={`${page.second} mono`} style={{ overflowWrap: 'anywhere' }}>
                      {JSON.stringify(one.detail)}
                    </span>
                  )}
                </td>
                {!subject && (
                  <td className="mono" style={{ fontSize: 12, overflowWrap: 'anywhere' }}>
                    {one.subject}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {app('show_more', { count: entries.length })}
        </Button>
      )}
    </>
  )
}
