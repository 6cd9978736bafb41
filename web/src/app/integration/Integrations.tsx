import { Button, SegmentedControl } from '@mantine/core'
import { IconDeviceMobile, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { integrations } from '../../api/queries'
import { type IntegrationsSearch, statuses } from '../router'
import { useMay, useMe } from '../shell/session'
import { LiveNote } from '../ui/LiveNote'
import { PageAction } from '../ui/PageAction'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Search } from '../ui/Search'
import { Empty, Failure, Loading, NothingFound, Stale } from '../ui/States'
import { stateOf, statusIcons } from '../ui/Status'
import { usePhoneWidth } from '../ui/wide'
import { IntegrationCards } from './IntegrationCards'
import css from './Integrations.module.css'
import { IntegrationTable } from './IntegrationTable'
import { keepSort, keptSort, matches, nextSort, sorted } from './integrations'

const route = getRouteApi('/inside/integrations')
/** How many rows are drawn at first, and with every "Show more". */
const page50 = 50

export function Integrations() {
  const { t, i18n } = useTranslation('app')
  const { installation } = useMe()
  const admin = useMay('manage')
  const { q = '', status } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, dataUpdatedAt, refetch } = useQuery(integrations)
  const [sort, setSort] = useState(keptSort)
  const [most, setMost] = useState(page50)
  const phone = usePhoneWidth()
  const search = useCallback(
    (part: IntegrationsSearch) => void navigate({ search: old => ({ ...old, ...part }), replace: true }),
    [navigate],
  )
  const onSearch = useCallback((value: string) => search({ q: value || undefined }), [search])

  const head = (
    <PageHead title={t('integrations.title')} sub={t('integrations.sub')}>
      {installation.phone_url && (
        <PageAction icon={IconDeviceMobile} label={t('phone_open')} href={installation.phone_url} />
      )}
      {admin && <PageAction primary icon={IconPlus} label={t('integrations.new')} to="/integrations/new" />}
    </PageHead>
  )
  if (!data) {
    return (
      <div className={page.in}>
        {head}
        {error ? <Failure what={t('integrations.failed')} error={error} onRetry={refetch} /> : <Loading />}
      </div>
    )
  }
  if (data.length === 0) {
    return (
      <div className={page.in}>
        {head}
        <Empty title={t('integrations.empty_title')} text={t('integrations.empty_text')}>
          {admin && (
            <Button component={Link} to={'/integrations/new' as string}>
              {t('integrations.new')}
            </Button>
          )}
        </Empty>
      </div>
    )
  }

  const found = data.filter(one => matches(one, q))
  const shown = sorted(
    found.filter(one => !status || stateOf(one) === status),
    sort,
  )
  const rest = shown.length - most
  const filter = [q && t('quoted', { text: q }), status && t(`status.${status}`)].filter(Boolean).join(', ')
  return (
    <div className={page.in}>
      {head}
      {error && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={refetch} />}
      <div className={page.bar}>
        <Search className={page.search} value={q} placeholder={t('integrations.search')} onChange={onSearch} />
        <div className={css.filter}>
          <SegmentedControl
            aria-label={t('integrations.show')}
            value={status ?? 'all'}
            onChange={value => search({ status: statuses.find(one => one === value) })}
            data={[
              { value: 'all', label: <Count word={t('integrations.all')} count={found.length} /> },
              ...statuses.map(one => ({
                value: one,
                label: (
                  <Count state={one} word={t(`status.${one}`)} count={found.filter(i => stateOf(i) === one).length} />
                ),
              })),
            ]}
          />
        </div>
        <div className={page.note}>
          <LiveNote updatedAt={dataUpdatedAt} failed={error !== null} />
        </div>
      </div>
      {shown.length === 0 ? (
        <NothingFound filter={filter} onClear={() => search({ q: undefined, status: undefined })} />
      ) : phone ? (
        <IntegrationCards list={shown.slice(0, most)} />
      ) : (
        <IntegrationTable
          list={shown.slice(0, most)}
          sort={sort}
          onSort={by => {
            const next = nextSort(sort, by)
            keepSort(next)
            setSort(next)
          }}
        />
      )}
      {rest > 0 && (
        <Button variant="default" mt="md" onClick={() => setMost(most + page50)}>
          {t('integrations.show_more', {
            count: Math.min(rest, page50),
            of: shown.length.toLocaleString(i18n.language),
          })}
        </Button>
      )}
    </div>
  )
}

function Count({ word, count, state }: { word: string; count: number; state?: keyof typeof statusIcons }) {
  const Icon = state && statusIcons[state]
  return (
    <span className={css.count}>
      {Icon && <Icon size={14} stroke={2} className={state && css[state]} aria-hidden="true" />}
      {word} <b>{count}</b>
    </span>
  )
}
