import { Button, Modal, TextInput } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { installation, me } from '../../api/queries'
import type { CredentialsForm, ManagedNumber, NumberRequest } from '../../api/types'
import { CredentialFields } from '../integration/CredentialFields'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { errorOf, FieldError, Refused, Summary, Tabs } from '../ui/Fields'
import { useRefused, useWrong } from '../ui/form'
import css from '../ui/form.module.css'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Failure, Loading, useReason } from '../ui/States'
import { Status } from '../ui/Status'
import { FleetTab } from './Fleet'
import { LimitsButton } from './Usage'

const route = getRouteApi('/inside/installation')
const tabs = ['numbers', 'fleet'] as const

/** For who looks after the installation: the numbers it lends, who asks for one, its accounts, and how it fares. */
export function InstallationPage() {
  const { t } = useTranslation('people')
  const { tab: asked } = route.useSearch()
  const tab = tabs.find(one => one === asked) ?? 'numbers'
  return (
    <div className={page.in}>
      <PageHead title={t('installation.title')} sub={t('installation.sub')} />
      <Tabs
        label={t('installation.title')}
        current={tab}
        items={tabs.map(value => ({ value, label: t(`installation.tabs.${value}`) }))}
      />
      {tab === 'fleet' ? (
        <FleetTab />
      ) : (
        <>
          <Requests />
          <Numbers />
          <Accounts />
        </>
      )}
    </div>
  )
}

const useRefresh = () => {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['installation'] })
}

function Requests() {
  const { t } = useTranslation('people')
  const { data, error, refetch } = useQuery(installation.requests)
  return (
    <section className={css.section}>
      <h2>{t('installation.requests')}</h2>
      {!data &&
        (error ? <Failure what={t('installation.failed')} error={error} onRetry={refetch} /> : <Loading rows={1} />)}
      {data?.length === 0 && <p className={css.help}>{t('installation.requests_none')}</p>}
      {data?.map(one => (
        <Request key={one.id} one={one} />
      ))}
    </section>
  )
}

function Request({ one }: { one: NumberRequest }) {
  const { t } = useTranslation('people')
  const refresh = useRefresh()
  const reason = useReason()
  const [answer, setAnswer] = useState('')
  const params = { path: { id: one.id } }
  const decide = useMutation({
    mutationFn: (yes: boolean) =>
      yes
        ? unwrap(api.POST('/api/v1/installation/number_requests/{id}/approve', { params, body: { number_id: null } }))
        : unwrap(api.POST('/api/v1/installation/number_requests/{id}/decline', { params, body: { answer } })),
    onSuccess: refresh,
  })
  return (
    <article className={css.box} style={{ maxWidth: 720 }}>
      <div className={css.row} style={{ alignItems: 'center' }}>
        <b className="grow">{one.account_name}</b>
        <span className={css.help}>
          <Ago at={one.created_at} />
        </span>
        {one.state !== 'open' && (
          <Status state={one.state === 'approved' ? 'ok' : 'inactive'} word={t(`installation.state.${one.state}`)} />
        )}
      </div>
      <p style={{ margin: '6px 0' }}>{one.note}</p>
      {one.answer && <p className={css.help}>{one.answer}</p>}
      {one.state === 'open' && (
        <div className={css.row}>
          <Button loading={decide.isPending} onClick={() => decide.mutate(true)}>
            {t('installation.approve')}
          </Button>
          <TextInput
            data-field="/answer"
            className="grow"
            miw={200}
            label={t('installation.answer')}
            value={answer}
            onChange={event => setAnswer(event.currentTarget.value)}
          />
          <Button variant="default" disabled={!answer.trim()} onClick={() => decide.mutate(false)}>
            {t('installation.decline')}
          </Button>
        </div>
      )}
      {decide.error && <FieldError>{reason(decide.error)}</FieldError>}
    </article>
  )
}

function Numbers() {
  const { t } = useTranslation('people')
  const { t: care } = useTranslation('care')
  const refresh = useRefresh()
  const [adding, setAdding] = useState(false)
  const [asks, setAsks] = useState<{ one: ManagedNumber; what: 'release' | 'remove' }>()
  const { data, error, refetch } = useQuery(installation.numbers)
  const names = new Map(useQuery(installation.accounts).data?.map(({ id, name }) => [id, name]))
  const act = useMutation({
    mutationFn: async ({ one: { id }, what }: NonNullable<typeof asks>) => {
      const params = { path: { id } }
      if (what === 'release') await unwrap(api.POST('/api/v1/installation/numbers/{id}/release', { params }))
      else await unwrap(api.DELETE('/api/v1/installation/numbers/{id}', { params }))
    },
    onSuccess: () => {
      setAsks(undefined)
      return refresh()
    },
  })
  const state = (one: ManagedNumber) => (one.integration_id ? 'lent' : one.account_id ? 'promised' : 'free')
  return (
    <section className={css.section}>
      <header className={css.row} style={{ alignItems: 'center' }}>
        <div className="grow">
          <h2>{t('installation.numbers')}</h2>
          <p>{t('installation.numbers_text')}</p>
        </div>
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('installation.add')}
        </Button>
      </header>
      {!data &&
        (error ? <Failure what={t('installation.failed')} error={error} onRetry={refetch} /> : <Loading rows={2} />)}
      {data?.length === 0 && <p className={css.help}>{t('installation.none')}</p>}
      {data && data.length > 0 && (
        <ul>
          {data.map(one => (
            <li key={one.id} className={css.row} style={{ alignItems: 'center', padding: '8px 0' }}>
              <span className="grow">
                <b>{one.display_phone_number}</b> {one.verified_name}
                {one.account_id && <span className={css.optional}>{names.get(one.account_id) ?? one.account_id}</span>}
              </span>
              <Status
                state={state(one) === 'free' ? 'ok' : 'inactive'}
                icon={state(one) === 'free' ? undefined : IconPhone}
                word={t(`installation.${state(one)}`)}
              />
              {state(one) === 'free' ? (
                <Button variant="subtle" size="xs" onClick={() => setAsks({ one, what: 'remove' })}>
                  {t('installation.remove')}
                </Button>
              ) : (
                <Button variant="subtle" size="xs" onClick={() => setAsks({ one, what: 'release' })}>
                  {t('installation.release')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Confirm
        opened={asks !== undefined}
        onClose={() => setAsks(undefined)}
        title={`${t(`installation.${asks?.what ?? 'remove'}`)}: ${asks?.one.display_phone_number ?? ''}`}
        text={asks?.what === 'release' ? t('installation.release_text') : t('installation.remove_text')}
        button={t(`installation.${asks?.what ?? 'remove'}`)}
        pending={act.isPending}
        error={act.error}
        onConfirm={() => asks && act.mutate(asks)}
      />
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('installation.add')}
        size="lg"
        radius="xl"
        closeButtonProps={{ 'aria-label': care('form.cancel') }}
      >
        <Add
          onDone={() => {
            setAdding(false)
            void refresh()
          }}
        />
      </Modal>
    </section>
  )
}

function Add({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('people')
  const [credentials, setCredentials] = useState<CredentialsForm>({})
  const { wrong, refuse, judge, watch } = useWrong()
  const add = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/installation/numbers', { body: { credentials } })),
    onSuccess: onDone,
    onError: error => refuse(error),
  })
  return (
    <div className={css.form} {...watch}>
      <Summary wrong={wrong} />
      <Refused error={add.error} />
      <CredentialFields
        value={credentials}
        onChange={setCredentials}
        wrong={wrong}
        judge={judge}
        refuse={refuse}
        pool
      />
      <Button loading={add.isPending} onClick={() => add.mutate()}>
        {t('installation.add')}
      </Button>
    </div>
  )
}

function Accounts() {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const refresh = useRefresh()
  const { data } = useQuery(installation.accounts)
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/accounts', { body: { name } })),
    onSuccess: () => {
      setName('')
      void queries.invalidateQueries({ queryKey: me.queryKey })
      return refresh()
    },
  })
  const { wrong, watch } = useRefused(make.error)
  return (
    <section className={css.section}>
      <h2>{t('installation.accounts')}</h2>
      <ul>
        {data?.map(one => (
          <li key={one.id} className={css.row} style={{ padding: '6px 0', alignItems: 'center' }}>
            <span className="grow">{one.name}</span>
            <LimitsButton id={one.id} name={one.name} />
            <span className={css.help}>
              <Ago at={one.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <form
        {...watch}
        className={css.row}
        onSubmit={event => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <TextInput
          data-field="/name"
          label={t('installation.new_account')}
          value={name}
          error={errorOf(wrong, '/name')}
          w={280}
          required
          withAsterisk={false}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={make.isPending}>
          {t('installation.make')}
        </Button>
      </form>
      <Refused error={make.error} />
      <Summary wrong={wrong} homeless />
    </section>
  )
}
