import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { contacts, integrations } from '../../api/queries'
import type { Contact } from '../../api/types'
import { phoneNumber } from '../../words/names'
import { Ago } from '../ui/Ago'
import { contactName, integrationName } from '../ui/names'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Search } from '../ui/Search'
import { Empty, Failure, Loading, NothingFound } from '../ui/States'
import { usePhoneWidth } from '../ui/wide'

const route = getRouteApi('/inside/contacts')

export function Contacts() {
  const { t } = useTranslation('talk')
  const { t: app } = useTranslation('app')
  const { q = '', integration } = route.useSearch()
  const navigate = route.useNavigate()
  const change = useCallback(
    (part: { q?: string; integration?: string }) =>
      void navigate({ search: old => ({ ...old, ...part }), replace: true }),
    [navigate],
  )
  const search = useCallback((value: string) => change({ q: value || undefined }), [change])
  const phone = usePhoneWidth()
  const query = useInfiniteQuery(contacts(q, integration))
  const names = useQuery(integrations).data ?? []
  const items = query.data?.pages.flatMap(one => one.items)
  const chosen = names.find(({ id }) => id === integration)
  const filtered = chosen ? integrationName(chosen) : app('contact.integration')
  const on = (one: Contact) => {
    const found = names.find(({ id }) => id === one.integration_id)
    return found ? integrationName(found) : app('none')
  }
  return (
    <div className={page.in}>
      <PageHead title={t('contacts.title')} sub={t('contacts.sub')} />
      <div className={page.bar}>
        <Search className={page.search} value={q} placeholder={t('contacts.search')} onChange={search} />
        {names.length > 1 && (
          <NativeSelect
            aria-label={app('contact.integration')}
            value={integration ?? ''}
            data={[
              { value: '', label: t('contacts.everywhere') },
              ...names.map(one => ({ value: one.id, label: integrationName(one) })),
            ]}
            onChange={event => change({ integration: event.currentTarget.value || undefined })}
          />
        )}
      </div>
      {!items &&
        (query.error ? (
          <Failure what={t('contacts.failed')} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Loading />
        ))}
      {items?.length === 0 &&
        (q || integration ? (
          <NothingFound
            filter={[q && app('quoted', { text: q }), integration && filtered].filter(Boolean).join(', ')}
            onClear={() => change({ q: undefined, integration: undefined })}
          />
        ) : (
          <Empty title={t('contacts.none')} text={t('contacts.none_text')} />
        ))}
      {items && items.length > 0 && phone && (
        <div className={page.cards}>
          {items.map(one => (
            <article key={one.id} className={page.item}>
              <Name one={one} />
              <div className={page.itemFoot}>
                <span className="cut">{on(one)}</span>
                {one.last_inbound_at && <Ago at={one.last_inbound_at} />}
              </div>
            </article>
          ))}
        </div>
      )}
      {items && items.length > 0 && !phone && (
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t('contacts.name')}</th>
              <th>{app('contact.integration')}</th>
              <th style={{ width: 150 }}>{t('contacts.first')}</th>
              <th style={{ width: 150 }}>{t('contacts.last')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(one => (
              <tr
                key={one.id}
                className={page.row}
                onClick={() => void navigate({ to: '/contacts/$id', params: { id: one.id } })}
              >
                <td>
                  <Name one={one} />
                </td>
                <td className="cut">{on(one)}</td>
                <td>
                  <Ago at={one.created_at} />
                </td>
                <td>{one.last_inbound_at ? <Ago at={one.last_inbound_at} /> : app('never')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {app('show_more', { count: items?.length ?? 0 })}
        </Button>
      )}
    </div>
  )
}

function Name({ one }: { one: Contact }) {
  const { t } = useTranslation('talk')
  return (
    <>
      <Link className={page.name} to="/contacts/$id" params={{ id: one.id }} onClick={event => event.stopPropagation()}>
        {contactName(one)}
      </Link>
      <span className={page.second}>{one.phone ? phoneNumber(one.phone) : t('contacts.hidden')}</span>
    </>
  )
}
