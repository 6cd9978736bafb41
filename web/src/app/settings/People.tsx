import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { invitations, members } from '../../api/queries'
import type { Invitation, Member, Role } from '../../api/types'
import { useMe } from '../shell/session'
import { Ago } from '../ui/Ago'
import { CopyField } from '../ui/CopyField'
import { errorOf, Refused, Summary } from '../ui/Fields'
import { useRefused } from '../ui/form'
import css from '../ui/form.module.css'
import page from '../ui/page.module.css'
import { neighbour } from '../ui/row'
import { Failure, Loading, useReason } from '../ui/States'
import { Listing } from './Listing'
import { useRemoval } from './useRemoval'

const roles: Role[] = ['viewer', 'builder', 'admin', 'owner']

/** Who may what in this account. */
export function People({ admin }: { admin: boolean }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const { user, account } = useMe()
  const queries = useQueryClient()
  const reason = useReason()
  const { data, error, refetch } = useQuery(members)
  const refresh = () => queries.invalidateQueries({ queryKey: members.queryKey })
  const change = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      unwrap(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body: { role } })),
    onSettled: refresh,
  })
  const removal = useRemoval<Member>({
    remove: id => unwrap(api.DELETE('/api/v1/users/{id}', { params: { path: { id } } })),
    queryKey: members.queryKey,
    title: one => t('members.remove_title', { name: one.name || one.email }),
    text: t('members.remove_text'),
    button: t('members.remove'),
  })
  if (!data) return error ? <Failure what={t('members.failed')} error={error} onRetry={refetch} /> : <Loading />
  const own = account.role === 'owner'
  const may = (one: Member) => admin && one.id !== user.id && (own || one.role !== 'owner')
  const role = (one: Member) =>
    may(one) ? (
      <NativeSelect
        aria-label={`${t('members.role')}: ${one.name || one.email}`}
        value={one.role}
        data={roles.filter(it => own || it !== 'owner').map(value => ({ value, label: app(`roles.${value}`) }))}
        onChange={event => change.mutate({ id: one.id, role: event.currentTarget.value as Role })}
      />
    ) : (
      <span>{app(`roles.${one.role}`)}</span>
    )
  return (
    <>
      <p className={css.help} style={{ maxWidth: 720, marginBottom: 16 }}>
        {t('members.roles_help')}
      </p>
      {change.error && (
        <p role="alert" className={page.failing}>
          {reason(change.error)}
        </p>
      )}
      <Listing
        items={data}
        columns={[
          { title: t('members.name'), cell: one => <Person one={one} /> },
          { title: t('members.role'), width: 160, cell: role },
          { title: t('members.since'), width: 130, named: true, cell: one => <Ago at={one.since} /> },
        ]}
        deeds={{
          title: t('members.remove'),
          width: 120,
          of: one =>
            may(one) && (
              <Button variant="subtle" size="xs" onClick={() => removal.ask(one)}>
                {t('members.remove')}
              </Button>
            ),
        }}
      />
      {admin && <Invite own={own} />}
      {removal.question}
    </>
  )
}

function Person({ one }: { one: Member }) {
  const { t } = useTranslation('people')
  const { user } = useMe()
  return (
    <div className="grow">
      <span className={page.name}>
        {one.name || one.email}
        {one.id === user.id && <span className={css.aside}>{t('members.you')}</span>}
      </span>
      <span className={`${page.second} ${page.wraps}`}>{one.email}</span>
    </div>
  )
}

function Invite({ own }: { own: boolean }) {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const { installation } = useMe()
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('builder')
  const [made, setMade] = useState<Invitation>()
  const list = useQuery(invitations).data ?? []
  const refresh = () => queries.invalidateQueries({ queryKey: invitations.queryKey })
  const invite = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/invitations', { body: { email, role } })),
    onSuccess: invitation => {
      setMade(invitation)
      setEmail('')
      return refresh()
    },
  })
  const takeBack = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })),
    onMutate: neighbour,
    onSettled: async (_, __, ___, onward) => {
      await refresh()
      onward?.()
    },
  })
  const { wrong, watch } = useRefused(invite.error)
  return (
    <section style={{ marginTop: 32 }}>
      <h2>{t('members.invite')}</h2>
      <p className={css.help}>{installation.mail ? t('members.invite_text') : t('members.invite_no_mail')}</p>
      <form
        {...watch}
        className={css.row}
        style={{ marginTop: 14, alignItems: 'flex-start' }}
        onSubmit={event => {
          event.preventDefault()
          setMade(undefined)
          invite.mutate()
        }}
      >
        <TextInput
          type="email"
          data-field="/email"
          label={t('me.email')}
          value={email}
          error={errorOf(wrong, '/email')}
          className="grow"
          miw={220}
          maw={320}
          required
          withAsterisk={false}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <NativeSelect
          data-field="/role"
          label={t('members.role')}
          value={role}
          error={errorOf(wrong, '/role')}
          data={roles.filter(one => own || one !== 'owner').map(value => ({ value, label: app(`roles.${value}`) }))}
          onChange={event => setRole(event.currentTarget.value as Role)}
        />
        <Button type="submit" loading={invite.isPending} mt={23}>
          {t('members.send')}
        </Button>
      </form>
      <Refused error={invite.error} />
      <Summary wrong={wrong} homeless />
      {made && !made.link && (
        <p className={css.quiet} role="status">
          {t('members.sent', { email: made.email })}
        </p>
      )}
      {made?.link && (
        <div style={{ maxWidth: 620, marginTop: 14 }}>
          <CopyField label={t('members.link')} value={made.link} />
        </div>
      )}
      {list.length > 0 && (
        <>
          <h3 style={{ marginTop: 24 }}>{t('members.open')}</h3>
          <ul style={{ maxWidth: 620 }}>
            {list.map(one => (
              <li key={one.id} className={css.row} style={{ padding: '8px 0', alignItems: 'center' }}>
                <span className="grow">
                  {one.email}, {app(`roles.${one.role}`)},{' '}
                  <Ago at={one.created_at} prefix={words => words.toLowerCase()} />
                </span>
                <Button variant="subtle" size="xs" onClick={() => takeBack.mutate(one.id)}>
                  {t('members.take_back')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
