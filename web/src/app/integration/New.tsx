import { Button, Textarea } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api, unwrap } from '../../api/client'
import { bots, integrations, numberRequests } from '../../api/queries'
import type { CredentialsForm, Settings } from '../../api/types'
import { Cord, Knot } from '../../look/Cord'
import { Choices, Field, Summary, Toggle } from '../parts/Fields'
import { focusField, useWrong } from '../parts/form'
import forms from '../parts/form.module.css'
import { PageHead } from '../parts/PageHead'
import page from '../parts/page.module.css'
import { useReason } from '../parts/States'
import { BotChoice } from './BotChoice'
import { CredentialFields, given } from './CredentialFields'
import { type Complaint, complaint, ids, secrets } from './credentials'
import css from './New.module.css'
import { SettingsFields } from './SettingsFields'

const steps = ['type', 'name', 'bot', 'credentials', 'settings', 'review'] as const
type Step = (typeof steps)[number]

interface Draft {
  step: Step
  name: string
  bot: string
  source: 'own' | 'managed'
  credentials: CredentialsForm
  settings: Settings
  active: boolean
}

/** The step that holds a field. */
function ofStep(pointer: string): Step {
  const place = pointer.split('/')[1]
  return place === 'bot_id' ? 'bot' : (steps.find(step => step === place) ?? 'credentials')
}

/** What a step still needs before the next one. */
function missing(draft: Draft): [pointer: string, complaint: 'no_bot' | Complaint][] {
  if (draft.step === 'bot') return draft.bot ? [] : [['/bot_id', 'no_bot']]
  if (draft.step !== 'credentials' || draft.source === 'managed') return []
  return [...ids, ...secrets].flatMap(name => {
    const found = complaint(name, draft.credentials[name] ?? '')
    return found ? [[`/credentials/${name}`, found] as [string, Complaint]] : []
  })
}

const key = 'chasqui.new_integration'
const empty: Draft = { step: 'type', name: '', bot: '', source: 'own', credentials: {}, settings: {}, active: true }

/** What was begun before a reload; secrets are never kept on the disk of a browser. */
function kept(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }
  } catch {
    return empty
  }
}

/** Six knots from nothing to a number that answers. Going back loses nothing. */
export function NewIntegration() {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const reason = useReason()
  const [draft, setDraft] = useState(kept)
  const [begun] = useState(() => Boolean(draft.credentials.phone_number_id))
  const reloaded = begun && !draft.credentials.app_secret && !draft.credentials.access_token
  const { wrong, refuse, judge, clear } = useWrong()
  const change = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }))
  useEffect(() => {
    const { app_secret: _, access_token: __, verify_token: ___, ...credentials } = draft.credentials
    sessionStorage.setItem(key, JSON.stringify({ ...draft, credentials }))
  }, [draft])

  const create = useMutation({
    mutationFn: (check: boolean) =>
      unwrap(
        api.POST('/api/v1/integrations', {
          params: { query: { check } },
          body: {
            type: 'whatsapp_business',
            name: draft.name || null,
            bot_id: draft.bot || null,
            active: draft.active,
            managed: draft.source === 'managed' || undefined,
            credentials: draft.source === 'managed' ? undefined : given(draft.credentials),
            settings: draft.settings,
          },
        }),
      ),
    onSuccess: async made => {
      sessionStorage.removeItem(key)
      await queries.invalidateQueries({ queryKey: integrations.queryKey })
      await navigate({ to: '/integrations/$id', params: { id: made.id } })
    },
    onError: error => {
      if (!refuse(error)) return
      const first = error instanceof ApiError ? error.problem?.errors?.[0]?.pointer : undefined
      change({ step: ofStep(first ?? '') })
      requestAnimationFrame(() => first && focusField(first))
    },
  })
  const at = steps.indexOf(draft.step)
  const bot = useQuery(bots).data?.find(one => one.id === draft.bot)
  const { error_alerts, expiry, recipients, template } = draft.settings
  const saidSettings = [
    error_alerts?.enabled && t('settings.alerts'),
    expiry?.enabled && t('settings.expiry'),
    template?.name,
    recipients?.mode === 'only' && t('settings.only'),
  ].filter(Boolean)
  const said: Partial<Record<Step, string>> = {
    type: t('new.type'),
    name: draft.name || t('new.not_named'),
    bot: bot?.name,
    credentials:
      draft.source === 'managed'
        ? t('new.managed')
        : draft.credentials.phone_number_id
          ? t('new.said_credentials', { id: draft.credentials.phone_number_id })
          : undefined,
    settings: saidSettings.join(', ') || t('new.as_usual'),
  }
  const heading = useRef<HTMLHeadingElement>(null)
  const go = (step: Step) => {
    change({ step })
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>('#main')?.scrollTo(0, 0)
      heading.current?.focus()
    })
  }
  const leave = () => {
    const found = missing(draft)
    for (const [pointer, name] of found) judge(pointer, t(`errors.${name}`))
    const standing = Object.keys(wrong).filter(pointer => ofStep(pointer) === draft.step)
    const first = found[0]?.[0] ?? standing[0]
    if (first) focusField(first)
    else go(steps[at + 1]!)
  }
  const unasked = create.error instanceof ApiError && create.error.status === 503
  const general = create.error && !(create.error instanceof ApiError && create.error.problem?.errors?.length)
  return (
    <div className={page.in} style={{ paddingTop: 20 }}>
      <Link className={page.crumb} to="/integrations">
        <IconArrowLeft size={14} stroke={2} aria-hidden="true" />
        {app('integrations.title')}
      </Link>
      <PageHead title={t('new.title')} sub={t('new.sub')} />
      <div className={css.columns}>
        <Cord className={css.cord} label={t('new.title')}>
          {steps.map((step, index) => (
            <li key={step}>
              <Knot state={index < at ? 'ok' : index === at ? 'live' : 'plain'} />
              <button
                type="button"
                className={css.step}
                disabled={index > at}
                aria-current={index === at ? 'step' : undefined}
                onClick={() => go(step)}
              >
                <b>{t(`new.steps.${step}`)}</b>
                {index < at && said[step] && <span>{said[step]}</span>}
              </button>
            </li>
          ))}
        </Cord>
        <form
          className={forms.form}
          onSubmit={event => {
            event.preventDefault()
            if (draft.step === 'review') {
              clear()
              create.mutate(true)
            } else leave()
          }}
        >
          <header>
            <p className={css.mobile}>{t('new.step_of', { no: at + 1, of: steps.length })}</p>
            <h2 ref={heading} tabIndex={-1} className={css.title}>
              {t(`new.titles.${draft.step}`)}
            </h2>
            <p className={forms.help}>{t(`new.texts.${draft.step}`)}</p>
          </header>
          {draft.step === 'review' && <Summary wrong={wrong} />}
          {draft.step === 'type' && (
            <Choices
              name="type"
              legend={t('new.steps.type')}
              value="whatsapp_business"
              onChange={() => {}}
              items={[{ value: 'whatsapp_business', title: t('new.type'), text: t('new.type_text') }]}
            />
          )}
          {draft.step === 'name' && (
            <Field
              pointer="/name"
              wrong={wrong}
              label={t('fields.name')}
              description={t('fields.name_help')}
              optional
              value={draft.name}
              onChange={name => {
                change({ name })
                judge('/name', name.trim().length > 80 ? t('errors.length') : undefined)
              }}
            />
          )}
          {draft.step === 'bot' && (
            <BotChoice
              value={draft.bot}
              onChange={bot => {
                change({ bot })
                judge('/bot_id', undefined)
              }}
              wrong={wrong}
            />
          )}
          {draft.step === 'credentials' && (
            <>
              <Choices
                name="source"
                legend={t('new.steps.credentials')}
                value={draft.source}
                onChange={source => change({ source })}
                items={[
                  { value: 'own', title: t('new.own'), text: t('new.own_text') },
                  { value: 'managed', title: t('new.managed'), text: t('new.managed_text') },
                ]}
              />
              {draft.source === 'own' && reloaded && (
                <p className={forms.notice} role="status">
                  {t('new.secrets_again')}
                </p>
              )}
              {draft.source === 'own' ? (
                <CredentialFields
                  value={draft.credentials}
                  onChange={credentials => change({ credentials })}
                  wrong={wrong}
                  judge={judge}
                  refuse={refuse}
                />
              ) : (
                <AskForNumber />
              )}
            </>
          )}
          {draft.step === 'settings' && (
            <SettingsFields
              value={draft.settings}
              onChange={settings => change({ settings })}
              wrong={wrong}
              judge={judge}
            />
          )}
          {draft.step === 'review' && (
            <>
              <dl className={forms.facts}>
                {(['type', 'name', 'bot', 'credentials', 'settings'] as const).map(step => (
                  <div key={step}>
                    <dt>{t(`new.steps.${step}`)}</dt>
                    <dd className={css.reviewed}>
                      <span className="grow">{said[step] ?? app('none')}</span>
                      <button type="button" className={css.edit} onClick={() => go(step)}>
                        {t('new.edit')}
                        <span className="vh">: {t(`new.steps.${step}`)}</span>
                      </button>
                    </dd>
                  </div>
                ))}
              </dl>
              <Toggle
                label={t('new.active')}
                text={t('new.active_text')}
                checked={draft.active}
                onChange={active => change({ active })}
              />
            </>
          )}
          {general && (
            <p role="alert" className={forms.summary}>
              {reason(create.error)}
            </p>
          )}
          <div className={forms.row} style={{ marginTop: 8 }}>
            {at > 0 && (
              <Button variant="default" onClick={() => go(steps[at - 1]!)}>
                {t('new.back')}
              </Button>
            )}
            <Button type="submit" loading={create.isPending}>
              {t(draft.step === 'review' ? 'new.create' : 'new.next')}
            </Button>
            {draft.step === 'review' && unasked && (
              <Button variant="default" onClick={() => create.mutate(false)}>
                {t('new.create_unchecked')}
              </Button>
            )}
          </div>
        </form>
      </div>
    </div>
  )
}

function AskForNumber() {
  const { t } = useTranslation('care')
  const { t: people } = useTranslation('people')
  const queries = useQueryClient()
  const reason = useReason()
  const open = useQuery(numberRequests).data?.find(one => one.state === 'open')
  const [note, setNote] = useState('')
  const ask = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/number_requests', { body: { note } })),
    onSettled: () => queries.invalidateQueries({ queryKey: numberRequests.queryKey }),
  })
  if (open || ask.isSuccess) {
    return (
      <p role="status" className={forms.help}>
        {t('new.asked')} ({people('installation.state.open')})
      </p>
    )
  }
  return (
    <div className={forms.box}>
      <Textarea
        label={t('new.ask_note')}
        rows={2}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
      />
      {ask.error && <p className={forms.error}>{reason(ask.error)}</p>}
      <Button variant="default" mt="sm" loading={ask.isPending} disabled={!note.trim()} onClick={() => ask.mutate()}>
        {t('new.ask_number')}
      </Button>
    </div>
  )
}
