import { Button, TextInput } from '@mantine/core'
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconRefresh,
  IconSend,
  type TablerIcon,
} from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { integration } from '../../api/queries'
import type { Check, Cure, Integration } from '../../api/types'
import { useMay } from '../shell/session'
import { wrongOf } from '../ui/form'
import forms from '../ui/form.module.css'
import { lowered, useAgo } from '../ui/now'
import page from '../ui/page.module.css'
import { useReason } from '../ui/States'
import css from './Diagnose.module.css'
import shared from './Integration.module.css'
import { refused } from './Token'
import { TokenForm } from './TokenForm'

const icons: Record<Check['outcome'], TablerIcon> = {
  ok: IconCircleCheck,
  unknown: IconCircleDashed,
  warning: IconAlertTriangle,
  failed: IconAlertOctagon,
}

/** Every check, the failed ones first with the cure in them, the good ones folded into quiet columns. */
export function Diagnose({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const reason = useReason()
  const ago = useAgo()
  const queries = useQueryClient()
  const run = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/integrations/{id}/diagnose', { params: { path: { id: one.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: integration(one.id).queryKey }),
  })
  // Who opens a number that fails wants to know why.
  const begun = useRef(false)
  const edits = useMay('edit')
  const fails = one.active && one.health === 'failing' && edits
  useEffect(() => {
    if (!fails || begun.current) return
    begun.current = true
    run.mutate()
  }, [fails, run.mutate])
  const checks = run.data?.checks
  const of = (outcome: Check['outcome']) => checks?.filter(check => check.outcome === outcome) ?? []
  const admin = useMay('manage')
  return (
    <section className={page.card} aria-labelledby="diagnose">
      <header className={shared.cardHead} style={{ paddingBottom: 12 }}>
        <h2 id="diagnose">{t('diagnose.title')}</h2>
        <span className={`grow ${css.note}`} role="status">
          {run.isPending
            ? t('diagnose.running')
            : checks
              ? `${t('diagnose.count', { count: checks.length })}, ${lowered(ago(run.submittedAt).words)}`
              : t('diagnose.text')}
        </span>
        {edits && (
          <Button
            variant={checks ? 'default' : 'filled'}
            size="xs"
            leftSection={<IconRefresh size={14} stroke={1.75} aria-hidden="true" />}
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            {t(checks ? 'diagnose.again' : 'diagnose.run')}
          </Button>
        )}
      </header>
      {run.error && (
        <p role="alert" className={`${css.check} ${css.failed}`}>
          {t('diagnose.failed')}. {reason(run.error)}
        </p>
      )}
      {[...of('failed'), ...of('warning')].map(check => (
        <Found key={check.check} check={check} one={one} admin={admin} onMended={() => run.mutate()} />
      ))}
      {checks && (
        <ul className={css.oks}>
          {[...of('ok'), ...of('unknown')].map(check => {
            const Icon = icons[check.outcome]
            return (
              <li key={check.check}>
                <Icon size={16} stroke={1.75} className={css[check.outcome]} aria-hidden="true" />
                <span>
                  <b>{check.title}</b>
                  {check.detail}
                </span>
              </li>
            )
          })}
        </ul>
      )}
      {admin && <TestMessage one={one} />}
    </section>
  )
}

/** With its full stop, because another sentence follows. */
const ended = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

interface FoundProps {
  check: Check
  one: Integration
  admin: boolean
  onMended: () => void
}

function Found({ check, one, admin, onMended }: FoundProps) {
  const Icon = icons[check.outcome]
  return (
    <div className={`${css.check} ${check.outcome === 'failed' ? css.failed : ''}`}>
      <Icon size={18} stroke={1.75} className={css[check.outcome]} aria-hidden="true" />
      <div className="grow">
        <p>
          <b>{check.title}.</b> {ended(check.detail)} <span className={css.do}>{check.what_to_do}</span>
        </p>
        {check.cure && admin && check.check !== 'queue' && <Mend cure={check.cure} one={one} onMended={onMended} />}
      </div>
    </div>
  )
}

/** The one click or the one field that mends it. */
function Mend({ cure, one, onMended }: { cure: Cure; one: Integration; onMended: () => void }) {
  const { t } = useTranslation('care')
  const reason = useReason()
  const act = useMutation({
    mutationFn: async () => {
      const params = { path: { id: one.id } }
      if (cure === 'activate') await unwrap(api.POST('/api/v1/integrations/{id}/activate', { params }))
      if (cure === 'connect_webhook')
        await unwrap(api.POST('/api/v1/integrations/{id}/register_webhook', { params, body: { replace: false } }))
    },
    onSuccess: onMended,
  })
  // Where the number fails by its token the head of the page has the field already.
  if (cure === 'enter_token' && refused(one)) return null
  if (cure === 'enter_token' && !one.managed) return <TokenForm one={one} onMended={onMended} />
  if (cure === 'activate' || cure === 'connect_webhook') {
    return (
      <div className={css.mend}>
        <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate()}>
          {t(`diagnose.cures.${cure}`)}
        </Button>
        {act.error && <span className={forms.error}>{reason(act.error)}</span>}
      </div>
    )
  }
  if (cure === 'go_to_meta') {
    return (
      <a
        className={css.link}
        href="https://business.facebook.com/wa/manage/home/"
        target="_blank"
        rel="noopener noreferrer"
      >
        {t(`diagnose.cures.${cure}`)}
      </a>
    )
  }
  const tab = cure === 'choose_template' || cure === 'set_alerts' ? 'settings' : 'credentials'
  return (
    <Link className={css.link} to="/integrations/$id" params={{ id: one.id }} search={{ tab }}>
      {t(`diagnose.cures.${cure}`)}
    </Link>
  )
}

function TestMessage({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const reason = useReason()
  const [open, setOpen] = useState(false)
  const [to, setTo] = useState('')
  const send = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/v1/integrations/{id}/test_message', { params: { path: { id: one.id } }, body: { to } })),
  })
  const said = Object.values(wrongOf(send.error))[0] ?? (send.error ? reason(send.error) : undefined)
  return (
    <footer className={css.foot}>
      <span className="grow">{t('diagnose.all_well')}</span>
      {open ? (
        <form
          className={css.mend}
          onSubmit={event => {
            event.preventDefault()
            send.mutate()
          }}
        >
          <TextInput
            type="tel"
            className="grow"
            autoFocus
            aria-label={t('diagnose.to')}
            placeholder={t('diagnose.to_help')}
            value={to}
            error={said}
            onChange={event => setTo(event.currentTarget.value)}
          />
          <Button type="submit" loading={send.isPending} disabled={!to.trim()}>
            {t('diagnose.send')}
          </Button>
          <span role="status">{send.data && t('diagnose.sent', { what: send.data.sent })}</span>
        </form>
      ) : (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconSend size={14} stroke={1.75} aria-hidden="true" />}
          onClick={() => setOpen(true)}
        >
          {t('diagnose.test')}
        </Button>
      )}
    </footer>
  )
}
