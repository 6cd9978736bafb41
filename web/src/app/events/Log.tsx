import { Button, NativeSelect, TextInput } from '@mantine/core'
import { IconDownload, IconInfoCircle } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type EventFilter, events, integrations } from '../../api/queries'
import type { LogEvent, Severity } from '../../api/types'
import { Ago } from '../ui/Ago'
import { integrationName } from '../ui/names'
import { Empty, Failure, Loading, NothingFound } from '../ui/States'
import { type State, Status } from '../ui/Status'
import css from './Events.module.css'

const states: Record<Severity, State> = { notice: 'inactive', warning: 'warning', error: 'failing' }

export function SeverityMark({ severity }: { severity: Severity }) {
  const { t } = useTranslation('events')
  return (
    <Status
      state={states[severity]}
      word={t(`severity.${severity}`)}
      icon={severity === 'notice' ? IconInfoCircle : undefined}
    />
  )
}

interface Props {
  filter: EventFilter
  onFilter: (part: EventFilter) => void
  /** Only one integration's: its column says nothing. */
  single?: boolean
}

/** The error log: what happened, what to do, where. */
export function Log({ filter, onFilter, single }: Props) {
  const { t } = useTranslation('events')
  const { t: app } = useTranslation('app')
  const query = useInfiniteQuery(events(filter))
  const names = useQuery({ ...integrations, enabled: !single }).data ?? []
  const items = query.data?.pages.flatMap(found => found.items)
  const asked = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
  const narrowed = Boolean(filter.severity || filter.since || filter.until || (!single && filter.integration_id))
  const day = (iso?: string) => iso?.slice(0, 10) ?? ''
  return (
    <>
      <div className={css.filters}>
        <NativeSelect
          label={t('at_least')}
          value={filter.severity ?? 'notice'}
          data={(['notice', 'warning', 'error'] as const).map(value => ({ value, label: t(`severity.${value}`) }))}
          onChange={event => {
            const value = event.currentTarget.value as Severity
            onFilter({ severity: value === 'notice' ? undefined : value })
          }}
        />
        {!single && (
          <NativeSelect
            label={t('where')}
            value={filter.integration_id ?? ''}
            data={[
              { value: '', label: t('all') },
              ...names.map(one => ({ value: one.id, label: integrationName(one) })),
            ]}
            onChange={event => onFilter({ integration_id: event.currentTarget.value || undefined })}
          />
        )}
        <TextInput
          type="date"
          label={t('from')}
          value={day(filter.since)}
          onChange={event =>
            onFilter({ since: event.currentTarget.value ? `${event.currentTarget.value}T00:00:00Z` : undefined })
          }
        />
        <TextInput
          type="date"
          label={t('to')}
          value={day(filter.until)}
          onChange={event =>
            onFilter({ until: event.currentTarget.value ? `${event.currentTarget.value}T23:59:59Z` : undefined })
          }
        />
        <Button
          component="a"
          variant="default"
          href={`/api/v1/events.csv?${asked}`}
          download
          leftSection={<IconDownload size={16} stroke={1.75} aria-hidden="true" />}
        >
          {t('csv')}
        </Button>
      </div>
      {!items ? (
        query.error ? (
          <Failure what={t('failed')} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Loading />
        )
      ) : items.length === 0 ? (
        narrowed ? (
          <NothingFound
            filter={t('this_choice')}
            onClear={() =>
              onFilter({ severity: undefined, since: undefined, until: undefined, integration_id: undefined })
            }
          />
        ) : (
          <Empty title={t('empty')} text={t('empty_text')} />
        )
      ) : (
        <ul className={css.log}>
          {items.map(one => (
            <Entry key={one.id} one={one} name={names.find(it => it.id === one.integration_id)} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {app('show_more', { count: items?.length ?? 0 })}
        </Button>
      )}
    </>
  )
}

function Entry({ one, name }: { one: LogEvent; name?: Parameters<typeof integrationName>[0] }) {
  const { t } = useTranslation('events')
  return (
    <li className={css.entry}>
      <div className={css.mark}>
        <SeverityMark severity={one.severity} />
      </div>
      <div className={css.told}>
        <b>{one.title}</b>
        <p>
          {one.explanation ? one.explanation.cause : one.message}{' '}
          {one.graph_code !== null && <span className={css.do}>{t('code', { code: one.graph_code })}</span>}
        </p>
        {one.explanation && (
          <p className={css.do}>
            {t('do')}: {one.explanation.cure}
          </p>
        )}
        <p className={`${css.links} prose`}>
          {name && one.integration_id && (
            <Link to="/integrations/$id" params={{ id: one.integration_id }}>
              {integrationName(name)}
            </Link>
          )}
          {one.conversation_id && (
            <Link to="/conversations/$id" params={{ id: one.conversation_id }}>
              {t('open_conversation')}
            </Link>
          )}
          {one.node && (
            <span className={css.do}>
              {t('node')} <span className="mono">{one.node}</span>
            </span>
          )}
        </p>
      </div>
      <Ago at={one.at} />
    </li>
  )
}
