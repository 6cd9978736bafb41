import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconArrowLeft, IconCheck, IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { bot as botQuery, botVersions, definition } from '../../api/queries'
import type { Bot } from '../../api/types'
import { Cord, Knot } from '../../look/Cord'
import { Ago } from '../parts/Ago'
import { useTitle } from '../parts/PageHead'
import page from '../parts/page.module.css'
import { Failure, Loading, Stale } from '../parts/States'
import { Answers } from './Bots'
import css from './Bots.module.css'

const route = getRouteApi('/inside/bots/$id')

export function BotPage() {
  const { t } = useTranslation('app')
  const { id } = route.useParams()
  const { version } = route.useSearch()
  const { data, error, dataUpdatedAt, refetch } = useQuery(botQuery(id))
  useTitle(data?.name ?? t('bots.title'))
  return (
    <div className={page.in} style={{ paddingTop: 20 }}>
      <Link className={page.crumb} to="/bots">
        <IconArrowLeft size={14} stroke={2} aria-hidden="true" />
        {t('bots.title')}
      </Link>
      {!data && (error ? <Failure what={t('bots.failed_single')} error={error} onRetry={refetch} /> : <Loading />)}
      {data && (
        <>
          <div className={page.head} style={{ marginBottom: 24 }}>
            <div className="grow">
              <h1>{data.name}</h1>
              <div style={{ marginTop: 4, color: 'var(--muted)' }}>
                <Answers bot={data} />
              </div>
            </div>
          </div>
          {error && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={refetch} />}
          <div className={css.columns}>
            <Versions bot={data} chosen={version ?? 'draft'} />
            <Source bot={data} version={version ?? 'draft'} />
          </div>
        </>
      )}
    </div>
  )
}

function Versions({ bot, chosen }: { bot: Bot; chosen: number | 'draft' }) {
  const { t } = useTranslation('app')
  const { data, error, refetch } = useQuery(botVersions(bot.id))
  const versions = [...(data ?? [])].sort((a, b) => b.version - a.version)
  const current = (is: boolean) => (is ? ('true' as const) : undefined)
  return (
    <section aria-label={t('bots.versions')}>
      <Cord className={css.versions}>
        <li>
          <Knot state={bot.changed_since_publish || bot.version === null ? 'live' : 'plain'} />
          <Link
            className={css.version}
            to="/bots/$id"
            params={{ id: bot.id }}
            search={{}}
            aria-current={current(chosen === 'draft')}
          >
            <b>{t('bots.draft')}</b>
            <small>
              <Ago at={bot.updated_at} prefix={when => t('bots.saved', { when, revision: bot.revision })} />
            </small>
          </Link>
        </li>
        {versions.map(({ version, published_at }) => (
          <li key={version}>
            <Knot state={version === bot.version ? 'ok' : 'plain'} />
            <Link
              className={css.version}
              to="/bots/$id"
              params={{ id: bot.id }}
              search={{ version }}
              aria-current={current(chosen === version)}
            >
              <b>{t('version', { version })}</b>
              <small>
                <Ago at={published_at} prefix={when => t('bots.published', { when })} />
              </small>
            </Link>
          </li>
        ))}
      </Cord>
      {error && <Failure what={t('bots.versions_failed')} error={error} onRetry={refetch} />}
    </section>
  )
}

function Source({ bot, version }: { bot: Bot; version: number | 'draft' }) {
  const { t } = useTranslation('app')
  const clipboard = useClipboard({ timeout: 1500 })
  const { data, error, refetch } = useQuery({
    ...definition(bot.id, version),
    staleTime: version === 'draft' ? 0 : Number.POSITIVE_INFINITY,
  })
  const source = data === undefined ? '' : JSON.stringify(data, null, 2)
  const CopyIcon = clipboard.copied ? IconCheck : IconCopy
  if (error) return <Failure what={t('bots.source_failed')} error={error} onRetry={refetch} />
  return (
    <section className={css.source} aria-labelledby="source">
      <header>
        <h2 id="source" className="grow" style={{ fontSize: 14 }}>
          {version === 'draft' ? t('bots.source_draft') : t('bots.source', { version })}
        </h2>
        <Button
          variant="default"
          size="xs"
          onClick={() => clipboard.copy(source)}
          leftSection={<CopyIcon size={14} stroke={2} aria-hidden="true" />}
        >
          {clipboard.copied ? t('copied') : t('copy')}
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
      <pre className="mono" tabIndex={0}>
        {source}
      </pre>
    </section>
  )
}
