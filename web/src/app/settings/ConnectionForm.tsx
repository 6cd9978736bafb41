import { Button, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { connections } from '../../api/queries'
import type { Connection } from '../../api/types'
import { CopyField } from '../parts/CopyField'
import { Field } from '../parts/Fields'
import { wrongOf } from '../parts/form'
import css from '../parts/form.module.css'
import { useReason } from '../parts/States'

export const connectionKinds = ['openai', 'gemini', 'anthropic', 'smtp', 'postmark', 'google'] as const
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
export function ConnectionForm({ changing, onClose }: { changing?: Connection; onClose: () => void }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const queries = useQueryClient()
  const reason = useReason()
  const [kind, setKind] = useState<ConnectionKind>((changing?.kind as ConnectionKind) ?? 'openai')
  const [name, setName] = useState('')
  const [secret, setSecret] = useState('')
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(Object.entries(changing?.settings ?? {}).map(([key, value]) => [key, String(value)])),
  )
  const save = useMutation({
    mutationFn: () => {
      const settings = { ...changing?.settings, ...settingsOf(kind, values) }
      if (!changing)
        return unwrap(api.POST('/api/v1/connections', { body: { name, kind, settings: settings as never, secret } }))
      const body = { settings: settings as never, secret: secret || undefined }
      return unwrap(api.PATCH('/api/v1/connections/{id}', { params: { path: { id: changing.id } }, body }))
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: connections.queryKey })
      onClose()
    },
  })
  const wrong = wrongOf(save.error)
  const general = save.error && Object.keys(wrong).length === 0 ? reason(save.error) : undefined
  const set = (key: string) => (value: string) => setValues({ ...values, [key]: value })
  return (
    <Modal
      opened
      onClose={onClose}
      title={changing ? changing.name : t('connections.make')}
      centered
      radius="xl"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      <form
        className={css.form}
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {general && (
          <p role="alert" className={css.summary}>
            {general}
          </p>
        )}
        {!changing && (
          <>
            <NativeSelect
              label={t('connections.kind')}
              value={kind}
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
                label={t('connections.fields.security')}
                value={values.security ?? usual.security}
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
        <Field
          pointer="/secret"
          wrong={wrong}
          label={t(`connections.secrets.${kind}`)}
          description={changing ? t('connections.secret_kept') : undefined}
          optional={changing !== undefined || kind === 'smtp'}
          secret
          value={secret}
          onChange={setSecret}
        />
        {kind === 'google' && (
          <>
            <p className={css.help}>{t('connections.google_help')}</p>
            <CopyField
              label={t('connections.redirect')}
              value={`${location.origin}/api/v1/connections/google/callback`}
            />
          </>
        )}
        <Button type="submit" loading={save.isPending}>
          {changing ? t('connections.save') : t('connections.make')}
        </Button>
      </form>
    </Modal>
  )
}

type SettingKey = 'base_url' | 'host' | 'port' | 'security' | 'username' | 'from' | 'stream' | 'client_id'

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
