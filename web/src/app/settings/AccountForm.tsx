import { NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { account, me } from '../../api/queries'
import type { Account } from '../../api/types'
import { languages } from '../../words/start'
import { exactTime } from '../../words/time'
import { differences, errorOf, Field, Refused, SaveBar, Summary, useSaveKey } from '../ui/Fields'
import { useWrong } from '../ui/form'
import css from '../ui/form.module.css'
import { Failure, Loading } from '../ui/States'
import { zones } from '../ui/zones'

/** What concerns the account as a whole. */
export function AccountForm({ admin }: { admin: boolean }) {
  const { t } = useTranslation('people')
  const { data, error, refetch } = useQuery(account)
  if (!data) return error ? <Failure what={t('account.failed')} error={error} onRetry={refetch} /> : <Loading />
  return <Form key={data.id} saved={data} admin={admin} />
}

function Form({ saved, admin }: { saved: Account; admin: boolean }) {
  const { t, i18n } = useTranslation('people')
  const queries = useQueryClient()
  const [now, setNow] = useState(saved)
  const { wrong, refuse, clear, watch } = useWrong()
  const change = useMutation({
    mutationFn: ({ name, language, time_zone, retention_days }: Account) =>
      unwrap(api.PATCH('/api/v1/account', { body: { name, language, time_zone, retention_days } })),
    onSuccess: data => {
      queries.setQueryData(account.queryKey, data)
      setNow(data)
      void queries.invalidateQueries({ queryKey: me.queryKey })
    },
    onError: error => refuse(error),
  })
  const save = () => {
    clear()
    change.mutate(now)
  }
  const onKey = useSaveKey(save)
  const set = (part: Partial<Account>) => setNow(old => ({ ...old, ...part }))
  return (
    <form
      {...watch}
      onKeyDown={onKey}
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <fieldset className={css.form} disabled={!admin} style={{ border: 0, padding: 0, margin: 0 }}>
        <Refused error={change.error} />
        <Summary wrong={wrong} />
        <Field
          pointer="/name"
          wrong={wrong}
          label={t('account.name')}
          value={now.name}
          onChange={name => set({ name })}
        />
        <NativeSelect
          data-field="/language"
          label={t('account.language')}
          value={now.language}
          error={errorOf(wrong, '/language')}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          onChange={event => set({ language: event.currentTarget.value as Account['language'] })}
        />
        <NativeSelect
          data-field="/time_zone"
          label={t('account.zone')}
          description={t('account.zone_help')}
          error={errorOf(wrong, '/time_zone')}
          value={now.time_zone ?? ''}
          data={[{ value: '', label: t('account.zone_none') }, ...zones(now.time_zone)]}
          onChange={event => set({ time_zone: event.currentTarget.value || null })}
        />
        <Field
          pointer="/retention_days"
          wrong={wrong}
          type="number"
          min={1}
          max={3650}
          maw={320}
          optional
          rightSection={<span className={css.unit}>{t('account.days_unit')}</span>}
          rightSectionWidth={64}
          label={t('account.retention')}
          description={t('account.retention_help')}
          value={now.retention_days === null ? '' : String(now.retention_days)}
          onChange={days => set({ retention_days: days ? Number(days) : null })}
        />
        {saved.last_retention && (
          <p className={css.help}>
            {t('account.retention_last', {
              at: exactTime(saved.last_retention.at, i18n.language),
              count: saved.last_retention.conversations,
            })}
          </p>
        )}
      </fieldset>
      {admin && (
        <SaveBar
          changes={differences(saved, now)}
          saving={change.isPending}
          savedAt={change.isSuccess ? change.submittedAt : undefined}
          onSave={save}
          onDiscard={() => {
            setNow(saved)
            clear()
          }}
        />
      )}
    </form>
  )
}
