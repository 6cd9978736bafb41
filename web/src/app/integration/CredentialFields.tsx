import { Button, NativeSelect } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { versions } from '../../api/queries'
import type { CredentialsForm, CredentialsReport, Integration } from '../../api/types'
import { date } from '../../words/time'
import { errorOf, Field, KeptSecret, Refused } from '../ui/Fields'
import { randomToken, type Wrong } from '../ui/form'
import css from '../ui/form.module.css'
import { useNow } from '../ui/now'
import { type Credential, complaint, ids } from './credentials'

interface Props {
  value: CredentialsForm
  onChange: (value: CredentialsForm) => void
  wrong: Wrong
  judge: (pointer: string, message: string | undefined) => void
  refuse: (error: unknown) => boolean
  /** The integration whose saved credentials stay where nothing is entered. */
  saved?: Integration
  /** What Meta said of credentials that it took. */
  onChecked?: (report: CredentialsReport) => void
  /** For the pool of managed numbers: each integration gets its own verify token. */
  pool?: boolean
}

/** What Meta knows us by, field by field, and a button that asks Meta without saving. */
export function CredentialFields(props: Props) {
  const { value, onChange, wrong, judge, refuse, saved, pool, onChecked } = props
  const { t, i18n } = useTranslation('care')
  const now = useNow()
  const known = useQuery(versions).data?.items ?? []
  const set = (name: Credential, text: string | undefined) => {
    onChange({ ...value, [name]: text })
    const found = text === undefined ? undefined : complaint(name, text)
    judge(`/credentials/${name}`, found && found !== 'missing' ? t(`errors.${found}`) : undefined)
  }
  const leave = (name: Credential) => {
    const found = complaint(name, value[name] ?? '')
    if (found && !(saved && found === 'missing')) judge(`/credentials/${name}`, t(`errors.${found}`))
  }
  const secret = (name: 'app_secret' | 'access_token' | 'verify_token', shown: string) => {
    const props = { pointer: `/credentials/${name}`, label: t(`fields.${name}`), wrong }
    if (saved) {
      return (
        <KeptSecret
          {...props}
          shown={shown}
          help={t(`fields.${name}_help`)}
          value={value[name] ?? undefined}
          onChange={text => set(name, text)}
        />
      )
    }
    return (
      <Field
        {...props}
        description={t(`fields.${name}_help`)}
        value={value[name] ?? ''}
        onChange={text => set(name, text)}
        onBlur={() => leave(name)}
        secret
      />
    )
  }
  return (
    <div data-field="/credentials" style={{ display: 'contents' }}>
      {ids.map(name => (
        <Field
          key={name}
          pointer={`/credentials/${name}`}
          wrong={wrong}
          label={t(`fields.${name}`)}
          description={t(`fields.${name}_help`)}
          inputMode="numeric"
          value={value[name] ?? saved?.credentials[name] ?? ''}
          onChange={text => set(name, text)}
          onBlur={() => leave(name)}
        />
      ))}
      {secret('app_secret', `•••• ${saved?.credentials.app_secret_last4 ?? ''}`)}
      {secret('access_token', '••••••••')}
      {!pool && (
        <div>
          {secret('verify_token', '••••••••')}
          {(!saved || value.verify_token !== undefined) && (
            <Button variant="default" size="xs" mt={8} onClick={() => set('verify_token', randomToken())}>
              {t('form.generate')}
            </Button>
          )}
        </div>
      )}
      <Field
        pointer="/credentials/messaging_account_id"
        wrong={wrong}
        label={t('fields.messaging_account_id')}
        description={t('fields.messaging_account_id_help')}
        inputMode="numeric"
        value={value.messaging_account_id ?? saved?.credentials.messaging_account_id ?? ''}
        onChange={text => set('messaging_account_id', text)}
        onBlur={() => leave('messaging_account_id')}
      />
      <NativeSelect
        data-field="/credentials/version"
        label={t('fields.version')}
        description={t('fields.version_help')}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        error={errorOf(wrong, '/credentials/version')}
        value={value.version ?? saved?.credentials.version ?? known.find(one => one.usual)?.version ?? ''}
        onChange={event => set('version', event.currentTarget.value)}
        data={known
          .filter(one => one.served || one.version === saved?.credentials.version)
          .map(one => ({
            value: one.version,
            label: one.ends_at
              ? t('fields.version_until', {
                  version: one.version,
                  date: date(one.ends_at, { locale: i18n.language, now }),
                })
              : t('fields.version_open', { version: one.version }),
          }))}
      />
      <Checked value={value} saved={saved} refuse={refuse} onChecked={onChecked} />
    </div>
  )
}

function Checked({ value, saved, refuse, onChecked }: Pick<Props, 'value' | 'saved' | 'refuse' | 'onChecked'>) {
  const { t } = useTranslation('care')
  const result = useRef<HTMLDivElement>(null)
  const check = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/integrations/check', { body: { integration_id: saved?.id, credentials: given(value) } }),
      ),
    onSuccess: report => {
      onChecked?.(report)
      requestAnimationFrame(() => {
        result.current?.focus({ preventScroll: true })
        result.current?.scrollIntoView({ block: 'nearest' })
      })
    },
    onError: error => refuse(error),
  })
  return (
    <div className={css.section} style={{ gap: 12 }}>
      <div>
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('check.button')}
        </Button>
      </div>
      <Refused error={check.error} />
      <div ref={result} tabIndex={-1} className={css.result}>
        {check.data && <Report report={check.data} />}
      </div>
    </div>
  )
}

function Report({ report }: { report: CredentialsReport }) {
  const { t, i18n } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const now = useNow()
  const quality = (['GREEN', 'YELLOW', 'RED'] as const).find(one => one === report.quality_rating)
  const facts: [string, string][] = [
    [t('check.number'), report.display_phone_number ?? app('unknown')],
    [t('check.verified_name'), report.verified_name ?? app('unknown')],
    [t('check.quality'), quality ? app(`quality.${quality}`) : (report.quality_rating ?? app('unknown'))],
    [t('check.level'), report.throughput_level ?? app('unknown')],
    [t('check.owner'), t(`check.kinds.${report.token_kind}`)],
    [t('check.expiry'), report.expires_at ? date(report.expires_at, { locale: i18n.language, now }) : t('check.never')],
    [t('check.missing'), report.missing_scopes.join(', ') || t('check.none_missing')],
  ]
  return (
    <section className={css.box} aria-label={t('check.title')} role="status">
      <h3>{report.warning ? t('check.title') : t('check.good')}</h3>
      {report.warning && <p style={{ color: 'var(--warn)', marginTop: 4 }}>{report.warning}</p>}
      <dl className={css.facts} style={{ marginTop: 6 }}>
        {facts.map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Only what was entered: the rest stays as it is saved. */
export const given = (value: CredentialsForm): CredentialsForm =>
  Object.fromEntries(Object.entries(value).filter(([, text]) => text !== undefined && text !== ''))
