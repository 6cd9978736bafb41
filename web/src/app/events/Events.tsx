import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { incidents, integrations } from '../../api/queries'
import type { Incident, Severity } from '../../api/types'
import { Cord, Knot } from '../../look/Cord'
import { useMay } from '../shell/session'
import { Ago } from '../ui/Ago'
import { integrationName } from '../ui/names'
import { lowered } from '../ui/now'
import { PageHead, useTitle } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Empty, Failure, Loading } from '../ui/States'
import css from './Events.module.css'
import { Log, SeverityMark } from './Log'

const route = getRouteApi('/inside/events')

/** What is wrong as cards with a cord, below them the log. */
export function EventsPage() {
  const { t } = useTranslation('events')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(incidents({}))
  const open = data?.filter(one => one.closed_at === null) ?? []
  const closed = data?.filter(one => one.closed_at !== null) ?? []
  return (
    <div className={page.in}>
      <PageHead title={t('title')} sub={t('sub')} />
      {!data && (error ? <Failure what={t('failed')} error={error} onRetry={refetch} /> : <Loading rows={2} />)}
      {data && open.length === 0 && <Empty title={t('none')} text={t('none_text')} />}
      {open.length > 0 && (
        <section aria-label={t('incidents')} className={css.incidents}>
          {open.map(one => (
            <Card key={one.id} one={one} />
          ))}
        </section>
      )}
      {closed.length > 0 && (
        <details className={css.closed}>
          <summary>
            {t('closed')} ({closed.length})
          </summary>
          <ul>
            {closed.map(one => (
              <li key={one.id}>
                <b className="grow">{one.title}</b>
                <span>
                  {t('repeated', { count: one.count })}, {lowered(t('over'))}{' '}
                  <Ago at={one.closed_at!} prefix={lowered} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <h2 className={css.heading}>{t('log')}</h2>
      <Log
        filter={{
          severity: search.severity as Severity | undefined,
          integration_id: search.integration,
          since: search.since,
          until: search.until,
        }}
        onFilter={part => {
          const { integration_id, ...rest } = part
          const integration = 'integration_id' in part ? { integration: integration_id } : {}
          void navigate({ search: old => ({ ...old, ...rest, ...integration }), replace: true })
        }}
      />
    </div>
  )
}

function Card({ one }: { one: Incident }) {
  const { t } = useTranslation('events')
  const queries = useQueryClient()
  const { t: app } = useTranslation('app')
  const name = useQuery(integrations).data?.find(it => it.id === one.integration_id)
  const admin = useMay('manage')
  const token = admin && one.graph_code === 190 && name !== undefined && !name.managed
  const close = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/incidents/{id}/close', { params: { path: { id: one.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
  })
  const edits = useMay('edit')
  return (
    <article className={`${page.card} ${css.card}`}>
      <header>
        <SeverityMark severity={one.severity} />
        <h2 className="grow">{one.title}</h2>
        {name && (
          <span className={css.do}>
            <Link to="/integrations/$id" params={{ id: name.id }}>
              {integrationName(name)}
            </Link>
          </span>
        )}
      </header>
      <p>
        {one.explanation ? one.explanation.cause : one.message}{' '}
        {one.graph_code !== null && <span className={css.do}>{t('code', { code: one.graph_code })}</span>}
      </p>
      {one.explanation && (
        <p>
          <b>{t('do')}:</b> {one.explanation.cure}
        </p>
      )}
      <Cord className={css.cord} label={one.title}>
        <li>
          <Knot state="fail" />
          <span>{t('opened')}</span>
          <Ago at={one.opened_at} />
        </li>
        {one.count > 1 && (
          <li>
            <Knot state="warn" />
            <span>{t('repeated', { count: one.count })}</span>
            <Ago at={one.last_at} />
          </li>
        )}
        {one.mailed_at && (
          <li>
            <Knot state="ok" />
            <span>{t('mailed')}</span>
            <Ago at={one.mailed_at} />
          </li>
        )}
      </Cord>
      <footer>
        {one.integration_id && (
          <Button
            component={Link}
            to={`/integrations/${one.integration_id}` as string}
            hash={token ? 'token' : undefined}
            variant="default"
            size="xs"
            leftSection={token ? <IconKey size={14} stroke={1.75} aria-hidden="true" /> : undefined}
          >
            {token ? app('integrations.new_token') : t('open_integration')}
          </Button>
        )}
        {one.conversation_id && (
          <Button component={Link} to={`/conversations/${one.conversation_id}` as string} variant="default" size="xs">
            {t('open_conversation')}
          </Button>
        )}
        {edits && (
          <Button variant="subtle" size="xs" loading={close.isPending} onClick={() => close.mutate()}>
            {t('close')}
          </Button>
        )}
      </footer>
    </article>
  )
}
