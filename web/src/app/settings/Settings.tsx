import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../shell/session'
import { Tabs } from '../ui/Fields'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { AccountForm } from './AccountForm'
import { AuditLog } from './Audit'
import { Connections } from './Connections'
import { People } from './People'
import { Tokens } from './Tokens'
import { Usage } from './Usage'
import { You } from './You'

const route = getRouteApi('/inside/settings')
const forAll = ['account', 'people', 'connections', 'usage', 'me'] as const
const forAdmins = ['account', 'people', 'connections', 'tokens', 'usage', 'audit', 'me'] as const

/** The account, its people, how programs get in, and oneself. */
export function SettingsPage() {
  const { t } = useTranslation('people')
  const { tab: asked, google } = route.useSearch()
  const admin = useMay('manage')
  const tabs = admin ? forAdmins : forAll
  const tab = tabs.find(one => one === asked) ?? 'account'
  return (
    <div className={page.in}>
      <PageHead title={t('settings.title')} sub={t('settings.sub')} />
      <Tabs
        label={t('settings.title')}
        current={tab}
        items={tabs.map(value => ({ value, label: t(`settings.tabs.${value}`) }))}
      />
      {tab === 'account' && <AccountForm admin={admin} />}
      {tab === 'people' && <People admin={admin} />}
      {tab === 'connections' && <Connections admin={admin} google={google} />}
      {tab === 'tokens' && <Tokens />}
      {tab === 'usage' && <Usage />}
      {tab === 'audit' && <AuditLog />}
      {tab === 'me' && <You />}
    </div>
  )
}
