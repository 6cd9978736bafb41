import { NativeSelect } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { connections } from '../../api/queries'
import type { Connection } from '../../api/types'
import { CopyField } from '../ui/CopyField'
import { errorOf, Field, KeptSecret } from '../ui/Fields'
import { FormDialog } from '../ui/FormDialog'
import { useRefused } from '../ui/form'
import css from '../ui/form.module.css'
import { useSaved } from './useSaved'

const connectionKinds = ['openai', 'gemini', 'anthropic', 'smtp', 'postmark', 'google'] as const
export type ConnectionKind = (typeof connectionKinds)[number]

/** The fields of each kind, in the order of the form; the optional ones with a `?`. */
const fields = {
  openai: ['base_url?'],
  gemini: [],
  anthropic: [],
  smtp: ['host', 'port', 'security', 'username?', 'from'],
  postmark: ['from', 'stream?'],
  google: ['client_id'],
} as const satisfies Record<ConnectionKind, readonly string[]>

const securities = ['tls', 'starttls', 'none'] as const
const usual: Record<string, string> = { port: '465', security: 'tls' }

/** Makes a connection, or changes where one leads and its secret. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one screen, its parts beside each other.
export function ConnectionForm({ changing, onClose }: { changing?: Connection; onClose: () => void }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const saved = useSaved()
  const [kind, setKind] = useState<ConnectionKind>((changing?.kind as ConnectionKind) ?? 'openai')
  const [name, setName] = useState('')
  // `undefined`: the one that is kept stays.
  const [secret, setSecret] = useState<string>()
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(Object.entries(changing?.settings ?? {}).map(([key, value]) => [key, String(value)])),
  )
  const isElsewhere = changing?.secret_saved_at != null && leadsElsewhere(kind, changing.settings, values)
  const save = useMutation({
    mutationFn: () => {
      const settings = { ...changing?.settings, ...settingsOf(kind, values) }
      if (!changing)
        return unwrap(
          api.POST('/api/v1/connections', { body: { name, kind, settings: settings as never, secret: secret ?? '' } }),
        )
      // A mail server without a user has no password; anywhere else the kept key is asked for again, not dropped.
      const none = isElsewhere && kind === 'smtp' && !values.username ? '' : undefined
      const body = { settings: settings as never, secret: secret || none }
      return unwrap(api.PATCH('/api/v1/connections/{id}', { params: { path: { id: changing.id } }, body }))
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: connections.queryKey })
      onClose()
    },
  })
  const form = useRefused(save.error)
  const { wrong } = form
  const set = (key: string) => (value: string) => setValues({ ...values, [key]: value })
  return (
    <FormDialog
      title={changing ? changing.name : t('connections.make')}
      onClose={onClose}
      error={save.error}
      form={form}
      pending={save.isPending}
      button={changing ? t('connections.save') : t('connections.make')}
      onSubmit={() => save.mutate()}
    >
      {!changing && (
        <>
          <NativeSelect
            data-field="/kind"
            label={t('connections.kind')}
            value={kind}
            error={errorOf(wrong, '/kind')}
            data={connectionKinds.map(value => ({ value, label: t(`connections.kinds.${value}`) }))}
            onChange={event => setKind(event.currentTarget.value as ConnectionKind)}
          />
          <Field
            pointer="/name"
            wrong={wrong}
            label={t('connections.name')}
            description={t('connections.name_help')}
            value={name}
            onChange={setName}
          />
        </>
      )}
      {fields[kind].map(field => {
        const key = field.replace('?', '') as SettingKey
        if (key === 'security') {
          return (
            <NativeSelect
              key={key}
              data-field="/settings/security"
              label={t('connections.fields.security')}
              value={values.security ?? usual.security}
              error={errorOf(wrong, '/settings/security')}
              data={securities.map(value => ({ value, label: t(`connections.securities.${value}`) }))}
              onChange={event => set('security')(event.currentTarget.value)}
            />
          )
        }
        return (
          <Field
            key={key}
            pointer={`/settings/${key}`}
            wrong={wrong}
            label={t(`connections.fields.${key}`)}
            optional={field.endsWith('?')}
            value={values[key] ?? usual[key] ?? ''}
            onChange={set(key)}
          />
        )
      })}
      {changing?.secret_saved_at && !isElsewhere ? (
        <KeptSecret
          pointer="/secret"
          wrong={wrong}
          label={t(`connections.secrets.${kind}`)}
          shown={`•••• ${changing.secret_last4}`}
          saved={saved(changing.secret_saved_at)}
          value={secret}
          onChange={setSecret}
        />
      ) : (
        <Field
          pointer="/secret"
          wrong={wrong}
          label={t(`connections.secrets.${kind}`)}
          optional={!isElsewhere && (changing !== undefined || kind === 'smtp')}
          description={isElsewhere ? t('connections.needed_again') : undefined}
          secret
          value={secret ?? ''}
          onChange={setSecret}
        />
      )}
      {kind === 'google' && (
        <>
          <p className={css.help}>{t('connections.google_help')}</p>
          <CopyField
            label={t('connections.redirect')}
            value={`${location.origin}/api/v1/connections/google/callback`}
          />
        </>
      )}
    </FormDialog>
  )
}

type SettingKey = 'base_url' | 'host' | 'port' | 'security' | 'username' | 'from' | 'stream' | 'client_id'

/** What a secret belongs to: where it goes, how, and as whom. The server judges the same. */
const places: readonly SettingKey[] = ['base_url', 'host', 'port', 'security', 'username', 'client_id']

/** Whether what was typed leads elsewhere than what is saved, so that the secret has to be entered again. */
export function leadsElsewhere(
  kind: ConnectionKind,
  saved: Record<string, unknown>,
  values: Record<string, string>,
): boolean {
  const typed: Record<string, unknown> = { ...saved, ...settingsOf(kind, values) }
  const plain = (key: SettingKey, value: unknown) => {
    const text = String(value ?? '')
    if (key === 'base_url') return text.replace(/\/+$/, '')
    return key === 'host' ? text.toLowerCase() : text
  }
  return places.some(key => plain(key, saved[key]) !== plain(key, typed[key]))
}

/** What was typed, as the API takes it. */
function settingsOf(kind: ConnectionKind, values: Record<string, string>): Record<string, unknown> {
  const keys = fields[kind].map(field => field.replace('?', ''))
  return Object.fromEntries(
    keys.map(key => {
      const text = (values[key] ?? usual[key] ?? '').trim()
      if (text === '') return [key, null]
      return [key, key === 'port' && /^\d+$/.test(text) ? Number(text) : text]
    }),
  )
}
