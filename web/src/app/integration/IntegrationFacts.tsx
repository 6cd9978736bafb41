import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import page from '../ui/page.module.css'
import css from './Integration.module.css'
import { useTokenWords } from './Token'

/** Number, credentials and settings, to read. */
export function IntegrationFacts({ one }: { one: Integration }) {
  const { t, i18n } = useTranslation('app')
  const token = useTokenWords()(one)
  const { credentials, settings, phone } = one
  const quality = (['GREEN', 'YELLOW', 'RED'] as const).find(one => one === phone?.quality_rating)
  const alerts = settings.error_alerts
  const expiry = settings.expiry
  const only = settings.recipients?.mode === 'only' ? (settings.recipients.numbers?.length ?? 0) : undefined
  const duration = (seconds: number) => {
    const [unit, size] =
      seconds % 86_400 === 0 ? ['day', 86_400] : seconds % 3600 === 0 ? ['hour', 3600] : ['minute', 60]
    return new Intl.NumberFormat(i18n.language, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
      Math.round(seconds / Number(size)),
    )
  }
  const mono = (value: string) => <span className="mono">{value}</span>
  const facts: [string, ReactNode][] = [
    [t('facts.verified_name'), phone?.verified_name ?? t('unknown')],
    [t('facts.quality'), quality ? t(`quality.${quality}`) : (phone?.quality_rating ?? t('unknown'))],
    [t('facts.level'), phone?.throughput_level ?? t('unknown')],
    [t('facts.phone_number_id'), mono(credentials.phone_number_id)],
    [t('facts.business_account_id'), mono(credentials.business_account_id)],
    [t('facts.app_id'), mono(credentials.app_id)],
    [t('facts.app_secret'), credentials.app_secret_last4 ? mono(`•••• ${credentials.app_secret_last4}`) : t('unknown')],
    [
      t('facts.token'),
      token.state === 'never' || token.state === 'runs' ? `${token.first}, ${token.second}` : token.first,
    ],
    [t('facts.version'), mono(credentials.version)],
    [t('facts.alerts'), alerts?.enabled ? (alerts.emails ?? []).join(', ') || t('facts.on') : t('facts.off')],
    [
      t('facts.expiry'),
      expiry?.enabled && expiry.after_seconds
        ? t('facts.expiry_after', { duration: duration(expiry.after_seconds) })
        : t('facts.off'),
    ],
    [
      t('facts.template'),
      settings.template ? mono(`${settings.template.name}, ${settings.template.language}`) : t('none'),
    ],
    [t('facts.recipients'), only === undefined ? t('facts.everyone') : t('facts.only', { count: only })],
  ]
  return (
    <section className={page.card} aria-labelledby="facts">
      <header className={css.cardHead} style={{ paddingBottom: 6 }}>
        <h2 id="facts">{t('facts.title')}</h2>
      </header>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
