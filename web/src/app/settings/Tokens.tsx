import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { tokens } from '../../api/queries'
import type { ApiToken, Role } from '../../api/types'
import { date, exactTime } from '../../words/time'
import { Ago } from '../parts/Ago'
import { Confirm } from '../parts/Confirm'
import { CopyField } from '../parts/CopyField'
import { FieldError } from '../parts/Fields'
import { wrongOf } from '../parts/form'
import css from '../parts/form.module.css'
import { useNow } from '../parts/now'
import page from '../parts/page.module.css'
import { Empty, Failure, Loading, useReason } from '../parts/States'
import { usePhoneWidth } from '../parts/wide'
import { useMe } from '../shell/session'

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
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(tokens)
  const now = useNow()
  const phone = usePhoneWidth()
  const [making, setMaking] = useState(false)
  const [going, setGoing] = useState<ApiToken>()
  const remove = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/api_tokens/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      setGoing(undefined)
      return queries.invalidateQueries({ queryKey: tokens.queryKey })
    },
  })
  if (!data) return error ? <Failure what={t('tokens.failed')} error={error} onRetry={refetch} /> : <Loading />
  const ends = (one: ApiToken) =>
    one.expires_at ? date(one.expires_at, { locale: i18n.language, now }) : t('tokens.no_end')
  const make = <Button onClick={() => setMaking(true)}>{t('tokens.make')}</Button>
  return (
    <>
      {data.length === 0 ? (
        <Empty title={t('tokens.none')} text={t('tokens.text')}>
          {make}
        </Empty>
      ) : (
        <>
          <div className={page.bar}>
            <span className="grow" style={{ color: 'var(--muted)' }}>
              {t('tokens.text')}
            </span>
            {make}
          </div>
          {phone ? (
            <div className={page.cards}>
              {data.map(one => (
                <article key={one.id} className={page.item}>
                  <div className={page.itemTop}>
                    <div className="grow">
                      <b className={page.name}>{one.name}</b>
                      <span className={page.second}>
                        {app(`roles.${one.role}`)},{' '}
                        {one.last_used_at ? <Ago at={one.last_used_at} /> : t('tokens.never')}
                      </span>
                    </div>
                    <Button variant="subtle" size="xs" onClick={() => setGoing(one)}>
                      {t('tokens.delete')}
                    </Button>
                  </div>
                  <div className={page.itemFoot}>
                    <span className={`${page.wraps} ${one.scopes.length > 0 ? 'mono' : ''}`}>
                      {one.scopes.length === 0 ? t('tokens.all') : one.scopes.join(', ')}
                    </span>
                  </div>
                  <span className={page.second}>
                    {t('tokens.ends')}: {ends(one)}
                  </span>
                </article>
              ))}
            </div>
          ) : (
            <table className={page.table}>
              <thead>
                <tr>
                  <th>{t('tokens.name')}</th>
                  <th>{t('tokens.scopes')}</th>
                  <th style={{ width: 130 }}>{t('tokens.used')}</th>
                  <th style={{ width: 150 }}>{t('tokens.ends')}</th>
                  <th style={{ width: 100 }}>
                    <span className="vh">{t('tokens.delete')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map(one => (
                  <tr key={one.id}>
                    <td>
                      <span className={page.name}>{one.name}</span>
                      <span className={page.second}>{app(`roles.${one.role}`)}</span>
                    </td>
                    <td style={{ overflowWrap: 'anywhere' }}>
                      {one.scopes.length === 0 ? (
                        t('tokens.all')
                      ) : (
                        <span className="mono">{one.scopes.join(', ')}</span>
                      )}
                    </td>
                    <td>{one.last_used_at ? <Ago at={one.last_used_at} /> : t('tokens.never')}</td>
                    <td title={one.expires_at ? exactTime(one.expires_at, i18n.language) : undefined}>{ends(one)}</td>
                    <td style={{ textAlign: 'right' }}>
                      <Button variant="subtle" size="xs" onClick={() => setGoing(one)}>
                        {t('tokens.delete')}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
      {making && <Make onClose={() => setMaking(false)} />}
      <Confirm
        opened={going !== undefined}
        onClose={() => setGoing(undefined)}
        title={t('tokens.delete_title', { name: going?.name })}
        text={t('tokens.delete_text')}
        button={t('tokens.delete')}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => going && remove.mutate(going.id)}
      />
    </>
  )
}

function Make({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const { account } = useMe()
  const queries = useQueryClient()
  const reason = useReason()
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
  const wrong = wrongOf(make.error)
  const general = make.error && Object.keys(wrong).length === 0 ? reason(make.error) : undefined
  const error = (pointer: string) => (wrong[pointer] ? <FieldError>{wrong[pointer]}</FieldError> : undefined)
  return (
    <Modal
      opened
      onClose={onClose}
      title={make.data ? t('tokens.made') : t('tokens.make')}
      centered
      radius="xl"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      {make.data ? (
        <div className={css.form}>
          <p>{t('tokens.made_text')}</p>
          <CopyField label={make.data.name} value={make.data.token} />
          <Button onClick={onClose}>{t('tokens.close')}</Button>
        </div>
      ) : (
        <form
          className={css.form}
          onSubmit={event => {
            event.preventDefault()
            make.mutate()
          }}
        >
          {general && (
            <p role="alert" className={css.summary}>
              {general}
            </p>
          )}
          <TextInput
            data-autofocus
            label={t('tokens.name')}
            value={name}
            required
            withAsterisk={false}
            error={error('/name')}
            onChange={event => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('members.role')}
            value={role}
            error={error('/role')}
            data={roles
              .slice(0, roles.indexOf(account.role) + 1)
              .map(value => ({ value, label: app(`roles.${value}`) }))}
            onChange={event => setRole(event.currentTarget.value as Role)}
          />
          <fieldset className={css.choices}>
            <legend>{t('tokens.scopes')}</legend>
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
            error={error('/expires_at')}
            onChange={event => setEnd(event.currentTarget.value)}
          />
          <Button type="submit" loading={make.isPending}>
            {t('tokens.make')}
          </Button>
        </form>
      )}
    </Modal>
  )
}
