import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api, unwrap } from '../../api/client'
import { integration, integrations, versions } from '../../api/queries'
import type { CredentialsForm, Integration, Settings } from '../../api/types'
import { Confirm } from '../parts/Confirm'
import { Choices, differences, Field, SaveBar, Summary, useSaveKey } from '../parts/Fields'
import { useWrong } from '../parts/form'
import css from '../parts/form.module.css'
import { integrationName } from '../parts/names'
import { useReason } from '../parts/States'
import { BotChoice } from './BotChoice'
import { CredentialFields, given } from './CredentialFields'
import { SettingsFields } from './SettingsFields'

type Patch = {
  name?: string | null
  bot_id?: string
  open_conversations?: 'finish' | 'end'
  credentials?: CredentialsForm
  settings?: Settings
}

/** Saves a part of an integration; what the server refuses stands beside its field. */
export function useSave(one: Integration, refuse: (error: unknown) => boolean) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Patch) =>
      unwrap(api.PATCH('/api/v1/integrations/{id}', { params: { path: { id: one.id } }, body })),
    onSuccess: saved => {
      queries.setQueryData(integration(one.id).queryKey, saved)
      void queries.invalidateQueries({ queryKey: integrations.queryKey })
    },
    onError: error => refuse(error),
  })
}

function Refused({ error }: { error: unknown }) {
  const reason = useReason()
  if (!error || (error instanceof ApiError && error.problem?.errors?.length)) return null
  return (
    <p role="alert" className={css.summary}>
      {reason(error)}
    </p>
  )
}

/** Name, bot and credentials. */
export function CredentialsTab({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const [name, setName] = useState(one.name ?? '')
  const [bot, setBot] = useState(one.bot.id)
  const [open, setOpen] = useState<'finish' | 'end'>('finish')
  const [credentials, setCredentials] = useState<CredentialsForm>({})
  const { wrong, refuse, judge, clear } = useWrong()
  const save = useSave(one, refuse)
  const newest = useQuery(versions).data?.items.find(version => version.newest_tested)
  const entered = given(credentials)
  const changed: Patch = {
    ...(name === (one.name ?? '') ? {} : { name: name || null }),
    ...(bot === one.bot.id ? {} : { bot_id: bot, open_conversations: open }),
    ...(Object.keys(entered).length === 0 ? {} : { credentials: entered }),
  }
  const changes = Object.keys(changed).filter(key => key !== 'open_conversations').length
  const run = () => {
    if (changes === 0) return
    clear()
    save.mutate(changed, { onSuccess: () => setCredentials({}) })
  }
  const onKey = useSaveKey(run)
  const ends = useQuery(versions).data?.items.find(version => version.version === one.credentials.version)?.ends_soon
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ctrl S anywhere in the form saves it.
    <div onKeyDown={onKey}>
      <div className={css.form}>
        <Summary wrong={wrong} />
        <Refused error={save.error} />
        <Field
          pointer="/name"
          wrong={wrong}
          optional
          label={t('fields.name')}
          description={t('fields.name_help')}
          value={name}
          onChange={text => {
            setName(text)
            judge('/name', text.trim().length > 80 ? t('errors.length') : undefined)
          }}
        />
        <BotChoice value={bot} onChange={setBot} wrong={wrong} />
        {bot !== one.bot.id && (
          <Choices
            name="open_conversations"
            legend={t('bot_change.title')}
            value={open}
            onChange={setOpen}
            items={[
              { value: 'finish', title: t('bot_change.finish'), text: t('bot_change.finish_text') },
              { value: 'end', title: t('bot_change.end'), text: t('bot_change.end_text') },
            ]}
          />
        )}
        {one.managed ? (
          <p className={css.box}>{t('managed')}</p>
        ) : (
          <CredentialFields
            value={credentials}
            onChange={setCredentials}
            wrong={wrong}
            judge={judge}
            refuse={refuse}
            saved={one}
          />
        )}
        {ends && newest && (
          <div>
            <Button variant="default" onClick={() => save.mutate({ credentials: { version: newest.version } })}>
              {t('fields.version_raise', { version: newest.version })}
            </Button>
          </div>
        )}
      </div>
      <SaveBar
        changes={changes}
        saving={save.isPending}
        savedAt={save.isSuccess ? save.submittedAt : undefined}
        onSave={run}
        onDiscard={() => {
          setName(one.name ?? '')
          setBot(one.bot.id)
          setCredentials({})
          clear()
        }}
      />
      <Danger one={one} />
    </div>
  )
}

/** Alerts, expiry, template, recipients and the rest. */
export function SettingsTab({ one }: { one: Integration }) {
  const [settings, setSettings] = useState<Settings>(one.settings)
  const [round, setRound] = useState(0)
  const { wrong, refuse, judge, clear } = useWrong()
  const save = useSave(one, refuse)
  const changes = differences(one.settings, settings)
  const run = () => {
    if (changes === 0) return
    clear()
    save.mutate({ settings }, { onSuccess: saved => setSettings(saved.settings) })
  }
  const onKey = useSaveKey(run)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ctrl S anywhere in the form saves it.
    <div onKeyDown={onKey}>
      <div className={css.form} style={{ gap: 0 }}>
        <Summary wrong={wrong} />
        <Refused error={save.error} />
        <SettingsFields key={round} id={one.id} value={settings} onChange={setSettings} wrong={wrong} judge={judge} />
      </div>
      <SaveBar
        changes={changes}
        saving={save.isPending}
        savedAt={save.isSuccess ? save.submittedAt : undefined}
        onSave={run}
        onDiscard={() => {
          setSettings(one.settings)
          setRound(round + 1)
          clear()
        }}
      />
    </div>
  )
}

function Danger({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const remove = useMutation({
    mutationFn: (erase: boolean) =>
      unwrap(api.DELETE('/api/v1/integrations/{id}', { params: { path: { id: one.id }, query: { erase } } })),
    onSuccess: async () => {
      queries.removeQueries({ queryKey: integration(one.id).queryKey })
      await navigate({ to: '/integrations' })
      await queries.invalidateQueries({ queryKey: integrations.queryKey })
    },
  })
  const name = integrationName(one)
  return (
    <section className={`${css.box} ${css.danger}`} style={{ maxWidth: 560, marginTop: 40 }}>
      <h2>{t('danger.title')}</h2>
      <p className={css.help}>{t('danger.text')}</p>
      <Button variant="default" mt="sm" onClick={() => setAsks(true)}>
        {t('danger.button')}
      </Button>
      <Confirm
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('danger.heading', { name })}
        text={t('danger.lost')}
        name={name}
        typeLabel={t('danger.type', { name })}
        option={t('danger.erase')}
        optionText={t('danger.erase_text')}
        button={t('danger.confirm')}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={erase => remove.mutate(erase)}
      />
    </section>
  )
}
