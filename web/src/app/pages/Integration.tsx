import { Button, Switch } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconArrowLeft, IconMessages } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { type EventFilter, integration, integrations } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Log } from '../events/Log'
import { Diagnose } from '../integration/Diagnose'
import { CredentialsTab, SettingsTab } from '../integration/Edit'
import { Templates } from '../integration/Templates'
import { Webhook } from '../integration/Webhook'
import { Tabs } from '../parts/Fields'
import { integrationName } from '../parts/names'
import { useTitle } from '../parts/PageHead'
import page from '../parts/page.module.css'
import { Failure, Loading, Stale, useReason } from '../parts/States'
import { IntegrationStatus } from '../parts/Status'
import { AuditLog } from '../settings/Audit'
import { useMe } from '../shell/session'
import css from './Integration.module.css'
import { IntegrationFacts } from './IntegrationFacts'
import { Reason } from './IntegrationTable'
import { Relay } from './Relay'

const route = getRouteApi('/inside/integrations/$id')
const tabs = ['overview', 'credentials', 'settings', 'templates', 'log', 'audit'] as const

export function IntegrationPage() {
  const { t } = useTranslation('app')
  const { t: care } = useTranslation('care')
  const { id } = route.useParams()
  const { tab: asked } = route.useSearch()
  const { account } = useMe()
  const admin = account.role === 'admin' || account.role === 'owner'
  const tab = tabs.find(one => one === asked) ?? 'overview'
  const [filter, setFilter] = useState<EventFilter>({})
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
          <Tabs
            label={integrationName(data)}
            current={tab}
            items={tabs
              .filter(value => value !== 'audit' || admin)
              .map(value => ({ value, label: care(`tabs.${value}`) }))}
          />
          {tab === 'overview' && (
            <>
              <Relay one={data} />
              <div className={css.columns}>
                <Webhook one={data} updatedAt={dataUpdatedAt} failed={error !== null} />
                <Diagnose one={data} />
                <IntegrationFacts one={data} />
              </div>
            </>
          )}
          {tab === 'credentials' &&
            (admin ? <CredentialsTab key={data.id} one={data} /> : <IntegrationFacts one={data} />)}
          {tab === 'settings' && (admin ? <SettingsTab key={data.id} one={data} /> : <IntegrationFacts one={data} />)}
          {tab === 'templates' && <Templates id={data.id} />}
          {tab === 'log' && (
            <Log
              single
              filter={{ ...filter, integration_id: data.id }}
              onFilter={part => setFilter(old => ({ ...old, ...part }))}
            />
          )}
          {tab === 'audit' && admin && <AuditLog subject={data.id} />}
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
      disabled={account.role === 'viewer' || account.role === 'builder'}
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
