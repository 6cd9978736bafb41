import { NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { account, me } from '../../api/queries'
import type { Account } from '../../api/types'
import { languages } from '../../words/start'
import { differences, Field, SaveBar, Summary } from '../parts/Fields'
import { useWrong } from '../parts/form'
import css from '../parts/form.module.css'
import { Failure, Loading } from '../parts/States'

/** What concerns the account as a whole. */
export function AccountForm({ admin }: { admin: boolean }) {
  const { t } = useTranslation('people')
  const { data, error, refetch } = useQuery(account)
  if (!data) return error ? <Failure what={t('account.failed')} error={error} onRetry={refetch} /> : <Loading />
  return <Form key={data.id} saved={data} admin={admin} />
}

function Form({ saved, admin }: { saved: Account; admin: boolean }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const [now, setNow] = useState(saved)
  const { wrong, refuse, clear } = useWrong()
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
  const set = (part: Partial<Account>) => setNow(old => ({ ...old, ...part }))
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        clear()
        change.mutate(now)
      }}
    >
      <fieldset className={css.form} disabled={!admin} style={{ border: 0, padding: 0, margin: 0 }}>
        <Summary wrong={wrong} />
        <Field
          pointer="/name"
          wrong={wrong}
          label={t('account.name')}
          value={now.name}
          onChange={name => set({ name })}
        />
        <NativeSelect
          label={t('account.language')}
          value={now.language}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          onChange={event => set({ language: event.currentTarget.value as Account['language'] })}
        />
        <Field
          pointer="/time_zone"
          wrong={wrong}
          label={t('account.zone')}
          description={t('account.zone_help')}
          value={now.time_zone ?? ''}
          onChange={zone => set({ time_zone: zone || null })}
        />
        <Field
          pointer="/retention_days"
          wrong={wrong}
          type="number"
          min={1}
          max={3650}
          w={220}
          label={t('account.retention')}
          description={t('account.retention_help')}
          value={now.retention_days === null ? '' : String(now.retention_days)}
          onChange={days => set({ retention_days: days ? Number(days) : null })}
        />
      </fieldset>
      {admin && (
        <SaveBar
          changes={differences(saved, now)}
          saving={change.isPending}
          savedAt={change.isSuccess ? change.submittedAt : undefined}
          onSave={() => {
            clear()
            change.mutate(now)
          }}
          onDiscard={() => {
            setNow(saved)
            clear()
          }}
        />
      )}
    </form>
  )
}
