import { ActionIcon, Button } from '@mantine/core'
import { IconAlertOctagon, IconCheck, IconEye, IconEyeOff, IconLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { integration, integrations } from '../../api/queries'
import type { ConnectStep, Integration } from '../../api/types'
import { Knot } from '../../look/Cord'
import { exactTime } from '../../words/time'
import { useMay } from '../shell/session'
import { CopyField } from '../ui/CopyField'
import forms from '../ui/form.module.css'
import { LiveNote } from '../ui/LiveNote'
import page from '../ui/page.module.css'
import { useReason } from '../ui/States'
import shared from './Integration.module.css'
import css from './Webhook.module.css'
import { WebhookCord } from './WebhookCord'

/** Where Meta delivers to: connected with one click, or by hand with a live light. */
export function Webhook({ one, updatedAt, failed }: { one: Integration; updatedAt: number; failed: boolean }) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const queries = useQueryClient()
  const reason = useReason()
  const admin = useMay('manage')
  const edits = useMay('edit')
  const connect = useMutation({
    mutationFn: (replace: boolean) =>
      unwrap(
        api.POST('/api/v1/integrations/{id}/register_webhook', { params: { path: { id: one.id } }, body: { replace } }),
      ),
    onSuccess: done => {
      queries.setQueryData(integration(one.id).queryKey, done.integration)
      void queries.invalidateQueries({ queryKey: integrations.queryKey })
    },
  })
  const [guided, setGuided] = useState(false)
  const connected = one.webhook.verified_at !== null
  const left = connect.data?.steps.some(step => step.outcome === 'left')
  return (
    <section className={page.card} aria-labelledby="webhook">
      <header className={shared.cardHead}>
        <h2 id="webhook" className="grow">
          {app('integration.webhook')}
        </h2>
        <LiveNote updatedAt={updatedAt} failed={failed} />
      </header>
      <div className={shared.cardBody}>
        {one.webhook.elsewhere !== null && (
          <p className={css.elsewhere} role="status">
            <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
            {one.webhook.elsewhere ? t('webhook.elsewhere', { url: one.webhook.elsewhere }) : t('webhook.nowhere')}
          </p>
        )}
        <CopyField label={app('integration.callback')} value={one.webhook.callback_url} />
        {!one.managed && edits && <VerifyToken id={one.id} />}
        <Light one={one} />
        <WebhookCord one={one} />
        {admin && (
          <div className={forms.row} style={{ marginTop: 18 }}>
            <Button
              variant={connected ? 'default' : 'filled'}
              leftSection={<IconLink size={16} stroke={1.75} aria-hidden="true" />}
              loading={connect.isPending}
              onClick={() => connect.mutate(false)}
            >
              {t(connected ? 'webhook.again' : 'webhook.connect')}
            </Button>
            {!one.managed && (
              <Button variant="subtle" onClick={() => setGuided(!guided)} aria-expanded={guided}>
                {t('webhook.guided')}
              </Button>
            )}
          </div>
        )}
        {connect.error && (
          <p role="alert" className={forms.error}>
            {reason(connect.error)}
          </p>
        )}
        {connect.data && (
          <div role="status">
            <ul className={css.steps}>
              {connect.data.steps.map(step => (
                <Step key={step.step} step={step} />
              ))}
            </ul>
          </div>
        )}
        {left && (
          <div className={forms.box} style={{ marginTop: 12 }}>
            <p>{t('webhook.replace_text')}</p>
            <Button variant="default" size="xs" mt={8} onClick={() => connect.mutate(true)}>
              {t('webhook.replace')}
            </Button>
          </div>
        )}
        {guided && (
          <ol className={css.guide}>
            {(['1', '2', '3', '4', '5', '6', '7'] as const).map(step => (
              <li key={step}>{t(`webhook.guide.${step}`)}</li>
            ))}
          </ol>
        )}
      </div>
    </section>
  )
}

function Step({ step }: { step: ConnectStep }) {
  const { t } = useTranslation('care')
  const bad = step.outcome === 'refused'
  const Icon = bad ? IconAlertOctagon : IconCheck
  return (
    <li className={bad ? css.bad : step.outcome === 'left' ? css.left : css.good}>
      <Icon size={16} stroke={2} aria-hidden="true" />
      <span>
        <b>{t(`webhook.steps.${step.step}`)}</b>{' '}
        {t(`webhook.outcomes.${step.outcome}`, { url: step.detail ?? '', why: step.detail ?? '' })}
      </span>
    </li>
  )
}

/** Green while Meta delivers; pulses while the next thing is awaited. It says so politely. */
function Light({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const { i18n } = useTranslation('care')
  const { verified_at, last_delivery_at, state, wrong_token_at } = one.webhook
  const number = one.phone.display_phone_number ?? ''
  const away = state === 'elsewhere' || state === 'nowhere'
  const green = last_delivery_at !== null && !away && !wrong_token_at
  const [said, more] = wrong_token_at
    ? [t('webhook.wrong_token', { when: exactTime(wrong_token_at, i18n.language) }), t('webhook.wrong_token_text')]
    : last_delivery_at && away
      ? [t('webhook.not_receiving'), t('webhook.not_receiving_text')]
      : last_delivery_at
        ? [t('webhook.receiving'), t('webhook.receiving_text')]
        : verified_at
          ? [t('webhook.waiting_message', { number }), t('webhook.waiting_message_text')]
          : [t('webhook.waiting_request'), t('webhook.waiting_request_text')]
  return (
    <div className={`${css.light} ${green ? css.green : ''}`} role="status">
      {/* Another delivery is another light, so that it blinks. */}
      <span key={last_delivery_at ?? ''} className={css.lamp}>
        {!green && <Knot state={wrong_token_at || away ? 'warn' : 'live'} />}
      </span>
      <div>
        <b>{said}</b>
        <p>{more}</p>
      </div>
    </div>
  )
}

function VerifyToken({ id }: { id: string }) {
  const { t } = useTranslation('care')
  const [shown, setShown] = useState(false)
  const token = useQuery({
    queryKey: ['integration', id, 'verify_token'],
    queryFn: () => unwrap(api.GET('/api/v1/integrations/{id}/verify_token', { params: { path: { id } } })),
    enabled: shown,
    gcTime: 0,
  })
  const Eye = shown ? IconEyeOff : IconEye
  return (
    <div className={css.token}>
      <CopyField
        label={t('webhook.verify_token')}
        value={token.data?.verify_token ?? ''}
        shown={shown && token.data ? token.data.verify_token : '••••••••••••••••••••'}
        onCopy={async () => (token.data ?? (await token.refetch()).data)?.verify_token ?? ''}
      >
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t(shown ? 'webhook.hide' : 'webhook.show')}
          onClick={() => setShown(!shown)}
        >
          <Eye size={16} stroke={1.75} aria-hidden="true" />
        </ActionIcon>
      </CopyField>
    </div>
  )
}
