import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api, unwrap } from '../../api/client'
import { bots, integrations } from '../../api/queries'
import { useMe } from '../shell/session'
import { Refused, Summary } from '../ui/Fields'
import { arrive, focusFirst, useWrong, type Wrong, wrongOf } from '../ui/form'
import forms from '../ui/form.module.css'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { given } from './CredentialFields'
import {
  type Draft,
  forget,
  hasStep,
  indexOf,
  keep,
  kept,
  lacksSecrets,
  reachable,
  type Step,
  stepOf,
  steps,
} from './draft'
import css from './New.module.css'
import { Review, type SaidSteps, StepCord } from './NewParts'
import { NewStep } from './NewStep'

const route = getRouteApi('/inside/integrations/new/{-$step}')

const bodyOf = (draft: Draft) => ({
  type: 'whatsapp_business' as const,
  name: draft.name || null,
  bot_id: draft.bot || null,
  active: draft.active,
  managed: draft.source === 'managed' || undefined,
  credentials: draft.source === 'managed' ? undefined : given(draft.credentials),
  settings: draft.settings,
})

/** What creating would refuse of the steps up to this one; at the credentials Meta is asked too. */
async function judged(draft: Draft, step: Step): Promise<{ found: Wrong; like?: string }> {
  const like = draft.like
  const { errors } = await unwrap(
    api.POST('/api/v1/integrations/validate', { params: { query: { like } }, body: bodyOf(draft) }),
  )
  const due = errors.filter(({ pointer }) => indexOf(stepOf(pointer)) <= indexOf(step))
  const found = Object.fromEntries(due.map(({ pointer, message }) => [pointer, message]))
  if (due.length > 0 || step !== 'credentials' || draft.source === 'managed') return { found, like }
  try {
    const body = { credentials: given(draft.credentials) }
    const report = await unwrap(api.POST('/api/v1/integrations/check', { body }))
    return { found, like: report.display_phone_number ?? undefined }
  } catch (error) {
    // Meta cannot be asked just now: that is said at the end, where one may save without asking.
    if (error instanceof ApiError && error.status === 503) return { found, like }
    throw error
  }
}

/** Six knots from nothing to a number that answers. Each is an address; going back loses nothing. */
export function NewIntegration() {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const { user, account } = useMe()
  const asked = route.useParams().step
  const navigate = route.useNavigate()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => kept(`${account.id}/${user.id}`))
  const [reloaded] = useState(() => lacksSecrets(draft))
  const { wrong, show, refuse, judge, watch, clear } = useWrong()
  const change = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }))
  useEffect(() => keep(draft), [draft])

  const furthest = reachable(draft)
  const wanted = steps.find(one => one === asked) ?? 'type'
  const at = Math.min(indexOf(wanted), furthest)
  const step = steps[at]!
  const go = (step: Step, replace = false) => navigate({ to: '/integrations/new/{-$step}', params: { step }, replace })
  // An address beyond what was filled in leads to where it has to go on.
  useEffect(() => {
    if (asked !== undefined && asked !== step)
      void navigate({ to: '/integrations/new/{-$step}', params: { step }, replace: true })
  }, [asked, step, navigate])

  const { form, heading, lead, aim } = useAim(step, go, show)
  const next = useMutation({
    mutationFn: () => judged(draft, step),
    onSuccess: ({ found, like }) => {
      if (Object.keys(found).length > 0) return lead(found)
      clear()
      change({ like, reached: Math.max(draft.reached, at + 1) })
      void go(steps[at + 1]!)
    },
    onError: error => lead(wrongOf(error)),
  })
  const create = useMutation({
    mutationFn: (check: boolean) =>
      unwrap(api.POST('/api/v1/integrations', { params: { query: { check } }, body: bodyOf(draft) })),
    onSuccess: async made => {
      forget()
      await queries.invalidateQueries({ queryKey: integrations.queryKey })
      await navigate({ to: '/integrations/$id', params: { id: made.id } })
    },
    onError: error => lead(wrongOf(error)),
  })
  const said = useSaid(draft)
  const titled = useId()
  const unasked = create.error instanceof ApiError && create.error.status === 503
  return (
    <div className={page.in} style={{ paddingTop: 20 }}>
      <Link className={page.crumb} to="/integrations">
        <IconArrowLeft size={14} stroke={2} aria-hidden="true" />
        {app('integrations.title')}
      </Link>
      <PageHead title={t('new.title')} sub={t('new.sub')} />
      <div className={css.columns}>
        <StepCord at={at} furthest={furthest} said={said} onGo={one => void go(one)} />
        <form
          ref={form}
          {...watch}
          noValidate
          aria-labelledby={titled}
          className={forms.form}
          onSubmit={event => {
            event.preventDefault()
            if (next.isPending || create.isPending) return
            clear()
            if (step === 'review') create.mutate(true)
            else next.mutate()
          }}
        >
          <header>
            <p className={css.mobile}>{t('new.step_of', { no: at + 1, of: steps.length })}</p>
            <h2 ref={heading} id={titled} tabIndex={-1} className={css.title}>
              {t(`new.titles.${step}`)}
            </h2>
            <p className={forms.help}>{t(`new.texts.${step}`)}</p>
          </header>
          <Refused error={step === 'review' ? create.error : next.error} />
          <Summary
            wrong={wrong}
            leads={hasStep}
            onGo={pointer => {
              if (stepOf(pointer) === step) return arrive([pointer])
              aim(stepOf(pointer), [pointer])
            }}
          />
          <NewStep
            step={step}
            draft={draft}
            change={change}
            lost={reloaded && lacksSecrets(draft)}
            wrong={wrong}
            judge={judge}
            refuse={refuse}
          />
          {step === 'review' && <Review draft={draft} change={change} said={said} onEdit={one => void go(one)} />}
          <div className={css.foot}>
            {at > 0 && (
              <Button variant="default" onClick={() => void go(steps[at - 1]!)}>
                {t('new.back')}
              </Button>
            )}
            <Button type="submit" loading={create.isPending || next.isPending}>
              {t(step === 'review' ? 'new.create' : 'new.next')}
            </Button>
            {step === 'review' && unasked && (
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

/** Leads to fields, also in another step: the focus is there once the step is shown. */
function useAim(step: Step, go: (step: Step) => unknown, show: (wrong: Wrong) => void) {
  const form = useRef<HTMLFormElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const aimed = useRef<string[]>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is shown.
  useEffect(() => {
    document.querySelector<HTMLElement>('#main')?.scrollTo(0, 0)
    if (aimed.current) arrive(aimed.current)
    else if (form.current) focusFirst(form.current, heading.current)
    aimed.current = undefined
  }, [step])

  const aim = (place: Step, pointers: string[]) => {
    aimed.current = pointers
    void go(place)
  }
  /** Shows what is wrong in the step where the first of it is. */
  const lead = (found: Wrong) => {
    const pointers = Object.keys(found)
    if (pointers.length === 0) return
    const place = stepOf(pointers[0] ?? '')
    show(found)
    if (place === step) return
    aim(
      place,
      pointers.filter(pointer => stepOf(pointer) === place),
    )
  }
  return { form, heading, lead, aim }
}

/** What was said in each step, in a few words. */
function useSaid(draft: Draft): SaidSteps {
  const { t } = useTranslation('care')
  const bot = useQuery(bots).data?.find(one => one.id === draft.bot)
  const { error_alerts, expiry, recipients, template } = draft.settings
  const settings = [
    error_alerts?.enabled && t('settings.alerts'),
    expiry?.enabled && t('settings.expiry'),
    template?.name,
    recipients?.mode === 'only' && t('settings.only'),
  ].filter(Boolean)
  const id = draft.credentials.phone_number_id
  return {
    type: t('new.type'),
    name: draft.name || t('new.not_named'),
    bot: bot?.name,
    credentials: draft.source === 'managed' ? t('new.managed') : id ? t('new.said_credentials', { id }) : undefined,
    settings: settings.join(', ') || t('new.as_usual'),
  }
}
