import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { tokens } from '../../api/queries'
import type { ApiToken, Role } from '../../api/types'
import { date, exactTime } from '../../words/time'
import { useMe } from '../shell/session'
import { Ago } from '../ui/Ago'
import { CopyField } from '../ui/CopyField'
import { errorOf, FieldError } from '../ui/Fields'
import { Dialog, FormDialog } from '../ui/FormDialog'
import { useRefused, within } from '../ui/form'
import css from '../ui/form.module.css'
import { useNow } from '../ui/now'
import page from '../ui/page.module.css'
import { Empty, Failure, Loading } from '../ui/States'
import { type Column, ListHead, Listing } from './Listing'
import { useRemoval } from './useRemoval'

/** What a token can be limited to, as the server's table of routes names it. */
const scopes = [
  'bots:read',
  'bots:write',
  'contacts:read',
  'contacts:write',
  'conversations:read',
  'conversations:write',
  'events:read',
  'events:write',
  'integrations:read',
  'integrations:write',
  'me:read',
  'messages:write',
  'people:read',
  'people:write',
]
const roles: Role[] = ['viewer', 'builder', 'admin', 'owner']

export function Tokens() {
  const { t } = useTranslation('people')
  const { t: app, i18n } = useTranslation('app')
  const { data, error, refetch } = useQuery(tokens)
  const now = useNow()
  const [making, setMaking] = useState(false)
  const removal = useRemoval<ApiToken>({
    remove: id => unwrap(api.DELETE('/api/v1/api_tokens/{id}', { params: { path: { id } } })),
    queryKey: tokens.queryKey,
    title: ({ name }) => t('tokens.delete_title', { name }),
    text: t('tokens.delete_text'),
    button: t('tokens.delete'),
  })
  if (!data) return error ? <Failure what={t('tokens.failed')} error={error} onRetry={refetch} /> : <Loading />
  const make = <Button onClick={() => setMaking(true)}>{t('tokens.make')}</Button>
  const columns: Column<ApiToken>[] = [
    {
      title: t('tokens.name'),
      cell: one => (
        <>
          <span className={page.name}>{one.name}</span>
          <span className={page.second}>{app(`roles.${one.role}`)}</span>
        </>
      ),
    },
    {
      title: t('tokens.scopes'),
      cell: ({ scopes }) =>
        scopes.length === 0 ? (
          t('tokens.all')
        ) : (
          <span className="mono" style={{ overflowWrap: 'anywhere' }}>
            {scopes.join(', ')}
          </span>
        ),
    },
    {
      title: t('tokens.used'),
      width: 130,
      named: true,
      cell: one => (one.last_used_at ? <Ago at={one.last_used_at} /> : t('tokens.never')),
    },
    {
      title: t('tokens.ends'),
      width: 150,
      named: true,
      cell: ({ expires_at }) =>
        expires_at ? (
          <span title={exactTime(expires_at, i18n.language)}>{date(expires_at, { locale: i18n.language, now })}</span>
        ) : (
          t('tokens.no_end')
        ),
    },
  ]
  const deeds = (one: ApiToken) => (
    <Button variant="subtle" size="xs" onClick={() => removal.ask(one)}>
      {t('tokens.delete')}
    </Button>
  )
  return (
    <>
      {data.length === 0 ? (
        <Empty title={t('tokens.none')} text={t('tokens.text')}>
          {make}
        </Empty>
      ) : (
        <>
          <ListHead text={t('tokens.text')}>{make}</ListHead>
          <Listing items={data} columns={columns} deeds={{ title: t('tokens.delete'), width: 100, of: deeds }} />
        </>
      )}
      {making && <Make onClose={() => setMaking(false)} />}
      {removal.question}
    </>
  )
}

function Make({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const { account } = useMe()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [chosen, setChosen] = useState<string[]>([])
  const [end, setEnd] = useState('')
  const make = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/api_tokens', {
          body: { name, role, scopes: chosen, expires_at: end ? `${end}T00:00:00Z` : undefined },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokens.queryKey }),
  })
  const form = useRefused(make.error)
  const { wrong } = form
  if (make.data) {
    return (
      <Dialog title={t('tokens.made')} onClose={onClose}>
        <div className={css.form}>
          <p>{t('tokens.made_text')}</p>
          <CopyField label={make.data.name} value={make.data.token} />
          <Button onClick={onClose}>{t('tokens.close')}</Button>
        </div>
      </Dialog>
    )
  }
  return (
    <FormDialog
      title={t('tokens.make')}
      onClose={onClose}
      error={make.error}
      form={form}
      pending={make.isPending}
      button={t('tokens.make')}
      onSubmit={() => make.mutate()}
    >
      <TextInput
        data-autofocus
        label={t('tokens.name')}
        value={name}
        required
        withAsterisk={false}
        data-field="/name"
        error={errorOf(wrong, '/name')}
        onChange={event => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('members.role')}
        value={role}
        data-field="/role"
        error={errorOf(wrong, '/role')}
        data={roles.slice(0, roles.indexOf(account.role) + 1).map(value => ({ value, label: app(`roles.${value}`) }))}
        onChange={event => setRole(event.currentTarget.value as Role)}
      />
      <fieldset className={css.choices} data-field="/scopes">
        <legend>{t('tokens.scopes')}</legend>
        <FieldError>{within(wrong, '/scopes')}</FieldError>
        <p className={css.help}>{chosen.length === 0 && t('tokens.all')}</p>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))', gap: 8 }}>
          {scopes.map(scope => (
            <Checkbox
              key={scope}
              label={<span className="mono">{scope}</span>}
              checked={chosen.includes(scope)}
              onChange={event =>
                setChosen(event.currentTarget.checked ? [...chosen, scope] : chosen.filter(one => one !== scope))
              }
            />
          ))}
        </div>
      </fieldset>
      <TextInput
        type="date"
        label={t('tokens.ends')}
        value={end}
        data-field="/expires_at"
        error={errorOf(wrong, '/expires_at')}
        onChange={event => setEnd(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
