import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Ago } from '../ui/Ago'
import { integrationName } from '../ui/names'
import page from '../ui/page.module.css'
import { IntegrationStatus } from '../ui/Status'
import { Strip } from '../ui/Strip'
import { Cure } from './Cure'
import css from './Integrations.module.css'
import { Reason } from './IntegrationTable'
import { useTokenWords } from './Token'

/** The list as cards, for a phone's width. */
export function IntegrationCards({ list }: { list: Integration[] }) {
  return (
    <div className={page.cards}>
      {list.map(one => (
        <Card key={one.id} one={one} />
      ))}
    </div>
  )
}

function Card({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const token = useTokenWords()(one)
  const failing = one.active && one.health === 'failing' && one.health_reason
  return (
    <article className={page.item}>
      <div className={page.itemTop}>
        <div className="grow">
          <Link className={page.name} to="/integrations/$id" params={{ id: one.id }}>
            {integrationName(one)}
          </Link>
          <span className={page.second} style={{ fontSize: 13 }}>
            {one.name ? (one.phone?.display_phone_number ?? t('integrations.no_number')) : t('integrations.no_name')}
          </span>
        </div>
        <IntegrationStatus integration={one} />
      </div>
      {failing ? (
        <div className={css.cardFix}>
          <Reason one={one} />
          <div className={css.cures}>
            <Cure one={one} size="sm" />
          </div>
        </div>
      ) : (
        <div className={page.itemFoot}>
          <div className="grow">
            <b style={{ fontWeight: 600 }}>{one.bot?.name ?? t('integrations.no_bot')}</b>{' '}
            {one.bot?.version && <span style={{ color: 'var(--muted)' }}>v{one.bot.version}</span>}
            <br />
            {token.state === 'amber' || token.state === 'expired' ? (
              <b className={token.state === 'amber' ? page.warning : page.failing}>
                {t('token.named', { state: token.first })}
              </b>
            ) : (
              <span style={{ color: 'var(--muted)' }}>
                {!one.active ? (
                  t('ignored_count', { count: one.ignored_24h })
                ) : one.last_activity_at ? (
                  <>
                    <Ago at={one.last_activity_at} />
                    {`, ${t('errors_count', { count: one.errors_24h })}`}
                  </>
                ) : (
                  t('integrations.no_activity')
                )}
              </span>
            )}
          </div>
          {one.active && <Strip hours={one.hours} />}
        </div>
      )}
    </article>
  )
}
