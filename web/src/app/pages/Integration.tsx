import { Button, Switch } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconArrowLeft, IconMessages } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { integration, integrations } from '../../api/queries'
import type { Integration } from '../../api/types'
import { CopyField } from '../parts/CopyField'
import { LiveNote } from '../parts/LiveNote'
import { integrationName } from '../parts/names'
import { useTitle } from '../parts/PageHead'
import page from '../parts/page.module.css'
import { Failure, Loading, Stale, useReason } from '../parts/States'
import { IntegrationStatus } from '../parts/Status'
import { useMe } from '../shell/session'
import css from './Integration.module.css'
import { IntegrationFacts } from './IntegrationFacts'
import { Reason } from './IntegrationTable'
import { Relay } from './Relay'
import { WebhookCord } from './WebhookCord'

const route = getRouteApi('/inside/integrations/$id')

export function IntegrationPage() {
  const { t } = useTranslation('app')
  const { id } = route.useParams()
  const { data, error, dataUpdatedAt, refetch } = useQuery(integration(id))
  useTitle(data ? integrationName(data) : t('integrations.title'))
  return (
    <div className={page.in} style={{ paddingTop: 20 }}>
      <Link className={page.crumb} to="/integrations">
        <IconArrowLeft size={14} stroke={2} aria-hidden="true" />
        {t('integrations.title')}
      </Link>
      {!data && (error ? <Failure what={t('integration.failed')} error={error} onRetry={refetch} /> : <Loading />)}
      {data && (
        <>
          <Head one={data} />
          {error && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={refetch} />}
          <Trouble one={data} />
          <Relay one={data} />
          <div className={css.columns}>
            <section className={page.card} aria-labelledby="webhook">
              <header className={css.cardHead}>
                <h2 id="webhook" className="grow">
                  {t('integration.webhook')}
                </h2>
                <LiveNote updatedAt={dataUpdatedAt} failed={error !== null} />
              </header>
              <div className={css.cardBody}>
                <CopyField label={t('integration.callback')} value={data.webhook.callback_url} />
                <WebhookCord one={data} />
              </div>
            </section>
            <IntegrationFacts one={data} />
          </div>
        </>
      )}
    </div>
  )
}

function Head({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  return (
    <div className={css.head}>
      <div className="grow">
        <h1>
          {integrationName(one)} <IntegrationStatus integration={one} />
        </h1>
        <p className="prose">
          {one.phone?.display_phone_number ?? t('integrations.no_number')}
          {one.bot?.name && (
            <>
              {', '}
              {t('integration.answered_by')}{' '}
              <Link to="/bots/$id" params={{ id: one.bot.id }}>
                {t('integration.bot', one.bot)}
              </Link>
            </>
          )}
        </p>
      </div>
      <Activity one={one} />
      <Button
        component={Link}
        to={'/conversations' as string}
        search={{ integration: one.id } as never}
        variant="default"
        leftSection={<IconMessages size={16} stroke={1.75} aria-hidden="true" />}
      >
        {t('places.conversations')}
      </Button>
    </div>
  )
}

/** Switches the integration on and off; the word beside it is the state now. */
function Activity({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const { account } = useMe()
  const queries = useQueryClient()
  const reason = useReason()
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: (active: boolean) => {
      const params = { path: { id: one.id } }
      return unwrap(
        active
          ? api.POST('/api/v1/integrations/{id}/activate', { params })
          : api.POST('/api/v1/integrations/{id}/deactivate', { params }),
      )
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: integration(one.id).queryKey }),
        queries.invalidateQueries({ queryKey: integrations.queryKey }),
      ]),
  })
  const active = isPending ? variables : one.active
  return (
    <Switch
      className={css.switch}
      checked={active}
      disabled={account.role === 'viewer'}
      onChange={event => mutate(event.currentTarget.checked)}
      withThumbIndicator={false}
      label={active ? t('active') : t('inactive')}
      aria-label={t('integration.switch')}
      error={error ? reason(error) : undefined}
    />
  )
}

function Trouble({ one }: { one: Integration }) {
  if (!one.active || !one.health_reason || one.health === 'ok') return null
  const failing = one.health === 'failing'
  const Icon = failing ? IconAlertOctagon : IconAlertTriangle
  return (
    <div className={`${css.trouble} ${failing ? css.failing : css.warning}`}>
      <Icon size={18} stroke={1.75} aria-hidden="true" />
      <Reason text={one.health_reason} />
    </div>
  )
}
