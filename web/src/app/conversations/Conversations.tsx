import { SegmentedControl } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useParams } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { conversations, integrations } from '../../api/queries'
import type { ConversationTab } from '../../api/types'
import type { ConversationsSearch } from '../router'
import { LiveNote } from '../ui/LiveNote'
import { integrationName } from '../ui/names'
import { useTitle } from '../ui/PageHead'
import { Search } from '../ui/Search'
import { usePhoneWidth } from '../ui/wide'
import { ByIntegration } from './ByIntegration'
import css from './Conversations.module.css'
import { List } from './List'
import { Opened } from './Opened'
import { useSearchChange } from './search'

const route = getRouteApi('/inside/conversations')
const tabs: ConversationTab[] = ['open', 'with_people', 'ended']

/** Three columns: who wrote, what was said, why the bot said it. */
export function Conversations() {
  const { t } = useTranslation('app')
  const { q = '', tab = 'open', integration } = route.useSearch()
  const { id } = useParams({ strict: false })
  const phone = usePhoneWidth()
  useTitle(t('conversations.title'))
  const search = useSearchChange()
  const onSearch = useCallback((value: string) => search({ q: value || undefined }), [search])
  const only = useQuery({ ...integrations, enabled: Boolean(integration) }).data?.find(one => one.id === integration)
  const name = only && integrationName(only)
  const lists = {
    open: useInfiniteQuery(conversations('open', q, integration)),
    with_people: useInfiniteQuery(conversations('with_people', q, integration)),
    ended: useInfiniteQuery({ ...conversations('ended', q, integration), enabled: tab === 'ended' }),
  }
  const list = lists[tab]
  const count = (of: ConversationTab) => {
    const pages = lists[of].data?.pages
    if (!pages || of === 'ended') return ''
    const loaded = pages.reduce((sum, page) => sum + page.items.length, 0)
    return lists[of].hasNextPage ? `${loaded}+` : String(loaded)
  }

  return (
    <div className={css.page}>
      {!(phone && id) && (
        <section className={css.listColumn} aria-label={t('conversations.title')}>
          <div className={css.listHead}>
            <div className={css.titleRow}>
              <h1 className="grow">{t('conversations.title')}</h1>
              <ByIntegration value={integration} onChange={id => search({ integration: id })} />
            </div>
            <Search value={q} placeholder={t('conversations.search')} onChange={onSearch} />
            <SegmentedControl
              fullWidth
              aria-label={t('integrations.show')}
              value={tab}
              onChange={value => search({ tab: value === 'open' ? undefined : (value as ConversationsSearch['tab']) })}
              data={tabs.map(value => ({
                value,
                label: (
                  <span className={css.tab}>
                    {t(`conversations.tabs.${value}`)} <b>{count(value)}</b>
                  </span>
                ),
              }))}
            />
            {integration && (
              <button type="button" className={css.only} onClick={() => search({ integration: undefined })}>
                <span className="cut">{t('conversations.only', { name: name ?? t('contact.integration') })}</span>
                <IconX size={14} stroke={2} aria-hidden="true" />
                <span className="vh">{t('nothing.clear')}</span>
              </button>
            )}
          </div>
          <List query={list} tab={tab} filter={q} current={id} onClear={() => search({ q: undefined })} />
          <div className={css.listFoot}>
            <LiveNote updatedAt={list.dataUpdatedAt} failed={list.isError} />
          </div>
        </section>
      )}
      {id ? (
        <Opened key={id} id={id} />
      ) : (
        !phone && (
          <div className={css.choose}>
            <svg width="120" height="56" viewBox="0 0 120 56" aria-hidden="true">
              <path d="M6 8c30 10 78 10 108 0M34 14v30M60 16v20M86 14v26" />
              <circle cx="34" cy="34" r="5" />
              <circle cx="60" cy="30" r="5" />
              <circle cx="86" cy="26" r="5" />
            </svg>
            <p>{t('conversations.choose')}</p>
          </div>
        )
      )}
    </div>
  )
}
