import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { installation, quotas } from '../../api/queries'
import type { Quota, Quotas } from '../../api/types'
import { Ago } from '../ui/Ago'
import { Field, Summary } from '../ui/Fields'
import { useWrong, wrongOf } from '../ui/form'
import form from '../ui/form.module.css'
import { Failure, Loading, useReason } from '../ui/States'
import { Status } from '../ui/Status'
import css from './Usage.module.css'
import { readAmount, sayAmount, share } from './usage'

/** What the account keeps of each kind, and how much it may. */
export function Usage() {
  const { t } = useTranslation('people')
  const { data, error, refetch } = useQuery(quotas)
  if (!data) {
    return error ? <Failure what={t('usage.failed')} error={error} onRetry={refetch} /> : <Loading rows={8} />
  }
  return (
    <section className={form.section}>
      <header>
        <h2>{t('usage.title')}</h2>
        <p>{t('usage.text')}</p>
      </header>
      <ul className={css.all}>
        {data.items.map(one => (
          <Line key={one.kind} one={one} />
        ))}
      </ul>
      <Counted quotas={data} />
    </section>
  )
}

function Counted({ quotas: { counted_at } }: { quotas: Quotas }) {
  const { t } = useTranslation('people')
  if (!counted_at) return <p className={form.help}>{t('usage.not_counted')}</p>
  return (
    <p className={form.help}>
      <Ago at={counted_at} prefix={words => t('usage.counted', { ago: words })} />
    </p>
  )
}

function Line({ one }: { one: Quota }) {
  const { t, i18n } = useTranslation('people')
  const name = t(`usage.kinds.${one.kind as 'files'}`)
  const amounts = { used: sayAmount(one.used, one, i18n.language), limit: sayAmount(one.limit, one, i18n.language) }
  const full = one.used >= one.limit
  const percent = share(one)
  return (
    <li className={css.line} data-state={full ? 'full' : one.nearly ? 'nearly' : 'ok'} data-kind={one.kind}>
      <div className={form.row} style={{ alignItems: 'center' }}>
        <b className="grow">{name}</b>
        {one.nearly && <Status state="warning" word={t(full ? 'usage.full' : 'usage.nearly')} />}
        <span className={css.amount}>{t('usage.of', amounts)}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter of the browser cannot be drawn in our colours. */}
      <div
        className={css.bar}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={t('usage.of', amounts)}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      {one.nearly && <p className={form.help}>{t(`usage.at_limit.${one.at_limit}`)}</p>}
    </li>
  )
}

/** A dialogue in which the operator sets the limits of one account. */
export function LimitsButton({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation('people')
  const { t: care } = useTranslation('care')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="subtle" size="xs" onClick={() => setOpened(true)} aria-label={`${t('usage.limits')}: ${name}`}>
        {t('usage.limits')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`${t('usage.limits')}: ${name}`}
        size="lg"
        radius="xl"
        closeButtonProps={{ 'aria-label': care('form.cancel') }}
      >
        {opened && <Limits id={id} onDone={() => setOpened(false)} />}
      </Modal>
    </>
  )
}

function Limits({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation('people')
  const { data, error, refetch } = useQuery(installation.quotas(id))
  if (!data) {
    return error ? <Failure what={t('usage.failed')} error={error} onRetry={refetch} /> : <Loading rows={8} />
  }
  return <LimitsForm id={id} saved={data} onDone={onDone} />
}

function LimitsForm({ id, saved, onDone }: { id: string; saved: Quotas; onDone: () => void }) {
  const { t, i18n } = useTranslation('people')
  const reason = useReason()
  const queries = useQueryClient()
  const written = (one: Quota) => (one.own ? sayAmount(one.limit, one, 'en', true) : '')
  const [now, setNow] = useState(() => Object.fromEntries(saved.items.map(one => [one.kind, written(one)])))
  const { wrong, refuse, clear, judge } = useWrong()
  const change = useMutation({
    mutationFn: (limits: Record<string, number | null>) =>
      unwrap(api.PATCH('/api/v1/installation/accounts/{id}/quotas', { params: { path: { id } }, body: { limits } })),
    onSuccess: data => {
      queries.setQueryData(installation.quotas(id).queryKey, data)
      void queries.invalidateQueries({ queryKey: quotas.queryKey })
      onDone()
    },
    onError: error => refuse(error),
  })
  const save = () => {
    clear()
    const limits: Record<string, number | null> = {}
    let readable = true
    for (const one of saved.items) {
      const text = (now[one.kind] ?? '').trim()
      const limit = text === '' ? null : readAmount(text)
      if (limit === undefined) {
        judge(`/limits/${one.kind}`, t('usage.wrong'))
        readable = false
      } else if (limit !== null || one.own) {
        limits[one.kind] = limit
      }
    }
    if (readable) change.mutate(limits)
  }
  return (
    <form
      className={form.form}
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <p className={form.help}>{t('usage.limits_text')}</p>
      <Summary wrong={wrong} />
      {change.error && Object.keys(wrongOf(change.error)).length === 0 && (
        <p role="alert" className={form.summary}>
          {reason(change.error)}
        </p>
      )}
      {saved.items.map(one => (
        <Field
          key={one.kind}
          pointer={`/limits/${one.kind}`}
          wrong={wrong}
          label={t(`usage.kinds.${one.kind as 'files'}`)}
          description={t('usage.has', { used: sayAmount(one.used, one, i18n.language) })}
          placeholder={one.own ? '' : sayAmount(one.limit, one, 'en', true)}
          value={now[one.kind] ?? ''}
          onChange={value => setNow(old => ({ ...old, [one.kind]: value }))}
        />
      ))}
      <Button type="submit" loading={change.isPending}>
        {t('usage.save')}
      </Button>
    </form>
  )
}
