import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { audit } from '../../api/queries'
import type { AuditEntry } from '../../api/types'
import { Ago } from '../ui/Ago'
import page from '../ui/page.module.css'
import { Empty, Failure, Loading } from '../ui/States'
import { usePhoneWidth } from '../ui/wide'
import { useDeed } from './deeds'

/** Who did what, newest first; of one thing when it is named. */
export function AuditLog({ subject }: { subject?: string }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const phone = usePhoneWidth()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(audit(subject))
  if (!data) return error ? <Failure what={t('audit.failed')} error={error} onRetry={refetch} /> : <Loading />
  const entries = data.pages.flatMap(({ items }) => items)
  if (entries.length === 0) return <Empty title={t('audit.none')} text={t('audit.text')} />
  return (
    <>
      {phone ? <Cards entries={entries} subject={subject} /> : <Rows entries={entries} subject={subject} />}
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {app('show_more', { count: entries.length })}
        </Button>
      )}
    </>
  )
}

interface Props {
  entries: AuditEntry[]
  subject?: string
}

function Rows({ entries, subject }: Props) {
  const { t } = useTranslation('people')
  const deed = useDeed()
  return (
    <table className={page.table}>
      <thead>
        <tr>
          <th style={{ width: 130 }}>{t('audit.when')}</th>
          <th style={{ width: 190 }}>{t('audit.who')}</th>
          <th>{t('audit.what')}</th>
          {!subject && <th style={{ width: '30%' }}>{t('audit.about')}</th>}
        </tr>
      </thead>
      <tbody>
        {entries.map(one => {
          const { what, detail, about } = deed(one)
          return (
            <tr key={one.id}>
              <td>
                <Ago at={one.at} />
              </td>
              <td className="cut">
                <Who one={one} />
              </td>
              <td>
                <span className={page.name}>{what}</span>
                {detail && <span className={`${page.second} ${page.wraps}`}>{detail}</span>}
              </td>
              {!subject && (
                <td className={page.wraps} title={one.subject}>
                  {about ?? <span className="mono">{one.subject}</span>}
                </td>
              )}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Cards({ entries, subject }: Props) {
  const deed = useDeed()
  return (
    <div className={page.cards}>
      {entries.map(one => {
        const { what, detail, about } = deed(one)
        return (
          <article key={one.id} className={page.item}>
            <span className={page.name}>{what}</span>
            {!subject && <span className={`${page.second} ${page.wraps}`}>{about ?? one.subject}</span>}
            {detail && <span className={`${page.second} ${page.wraps}`}>{detail}</span>}
            <div className={page.itemFoot}>
              <span className="cut">
                <Who one={one} />
              </span>
              <Ago at={one.at} />
            </div>
          </article>
        )
      })}
    </div>
  )
}

function Who({ one }: { one: AuditEntry }) {
  const { t } = useTranslation('people')
  return one.who ? one.who.name || one.who.email || one.who.id : t('audit.installation')
}
