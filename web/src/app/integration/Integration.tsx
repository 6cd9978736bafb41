import { Button, Switch } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconArrowLeft, IconMessages } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type EventFilter, integration } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Log } from '../events/Log'
import { AuditLog } from '../settings/Audit'
import { useMay } from '../shell/session'
import { Tabs } from '../ui/Fields'
import forms from '../ui/form.module.css'
import { integrationName } from '../ui/names'
import { PageAction } from '../ui/PageAction'
import { useTitle } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Failure, Loading, Stale, useReason } from '../ui/States'
import { IntegrationStatus } from '../ui/Status'
import { useActivity } from './activity'
import { Diagnose } from './Diagnose'
import { CredentialsTab, SettingsTab } from './Edit'
import css from './Integration.module.css'
import { IntegrationFacts } from './IntegrationFacts'
import { Reason } from './IntegrationTable'
import { Relay } from './Relay'
import { Templates } from './Templates'
import { aboutToken, refused } from './Token'
import { TokenForm } from './TokenForm'
import { Webhook } from './Webhook'

const route = getRouteApi('/inside/integrations/$id')
const tabs = ['overview', 'credentials', 'settings', 'templates', 'log', 'audit'] as const

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
          <Sections one={data} updatedAt={dataUpdatedAt} failed={error !== null} />
        </>
      )}
    </div>
  )
}

function Sections({ one, updatedAt, failed }: { one: Integration; updatedAt: number; failed: boolean }) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const { tab: asked, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const admin = useMay('manage')
  const tab = tabs.find(value => value === asked) ?? 'overview'
  const label = (value: (typeof tabs)[number]) =>
    value === 'log' && one.errors_24h > 0 ? (
      <>
        {t('tabs.log')}
        <span className={forms.count} aria-hidden="true">
          {one.errors_24h > 99 ? '99+' : one.errors_24h}
        </span>
        <span className="vh">, {app('errors_count', { count: one.errors_24h })}</span>
      </>
    ) : (
      t(`tabs.${value}`)
    )
  return (
    <>
      <Trouble one={one} overview={tab === 'overview'} />
      <Tabs
        label={integrationName(one)}
        current={tab}
        items={tabs.filter(value => value !== 'audit' || admin).map(value => ({ value, label: label(value) }))}
      />
      {tab === 'overview' && (
        <>
          <Relay one={one} />
          <div className={css.columns}>
            <div className={css.stack}>
              <Webhook one={one} updatedAt={updatedAt} failed={failed} />
              <IntegrationFacts one={one} />
            </div>
            <Diagnose one={one} />
          </div>
        </>
      )}
      {tab === 'credentials' && (admin ? <CredentialsTab key={one.id} one={one} /> : <IntegrationFacts one={one} />)}
      {tab === 'settings' && (admin ? <SettingsTab key={one.id} one={one} /> : <IntegrationFacts one={one} />)}
      {tab === 'templates' && <Templates id={one.id} />}
      {tab === 'log' && (
        <Log
          single
          filter={{ ...(search as EventFilter), integration_id: one.id }}
          onFilter={({ integration_id: _, ...part }) =>
            void navigate({ search: old => ({ ...old, ...part }), replace: true })
          }
        />
      )}
      {tab === 'audit' && admin && <AuditLog subject={one.id} />}
    </>
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
      <PageAction
        icon={IconMessages}
        label={t('places.conversations')}
        to="/conversations"
        search={{ integration: one.id }}
      />
    </div>
  )
}

/** Switches the integration on and off; the word beside it is the state now. */
function Activity({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const reason = useReason()
  const { mutate, isPending, variables, error } = useActivity(one.id)
  const active = isPending ? variables : one.active
  const manages = useMay('manage')
  return (
    <Switch
      className={css.switch}
      checked={active}
      disabled={!manages}
      onChange={event => mutate(event.currentTarget.checked)}
      withThumbIndicator={false}
      label={active ? t('active') : t('inactive')}
      aria-label={t('integration.switch')}
      error={error ? reason(error) : undefined}
    />
  )
}

/** What is wrong, and, when it is the access token, the field that mends it. */
function Trouble({ one, overview }: { one: Integration; overview: boolean }) {
  const { t } = useTranslation('app')
  const admin = useMay('manage')
  const { hash } = useLocation()
  if (!one.active || !one.health_reason || one.health === 'ok') return null
  const failing = one.health === 'failing'
  const Icon = failing ? IconAlertOctagon : IconAlertTriangle
  return (
    <div className={`${css.trouble} ${failing ? css.failing : css.warning}`}>
      <Icon size={18} stroke={1.75} aria-hidden="true" />
      <div className="grow">
        <Reason one={one} />
        {overview && admin && refused(one) && !one.managed && (
          <div className={css.mend}>
            <TokenForm one={one} autoFocus={hash === 'token'} />
          </div>
        )}
      </div>
      {overview && admin && !failing && aboutToken(one) && !one.managed && (
        <Button
          component={Link}
          to={`/integrations/${one.id}` as string}
          search={{ tab: 'credentials' } as never}
          variant="default"
          size="xs"
        >
          {t('integrations.new_token')}
        </Button>
      )}
    </div>
  )
}
