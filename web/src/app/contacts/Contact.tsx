import { Button } from '@mantine/core'
import { IconArrowLeft, IconDownload, IconFlag, IconRobot, IconUser } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { contact, conversation, conversationsOf, integrations } from '../../api/queries'
import type { Contact, Conversation, Receipt } from '../../api/types'
import { phoneNumber } from '../../words/names'
import { shownValue } from '../conversations/trace'
import { useMay } from '../shell/session'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import css from '../ui/form.module.css'
import { contactName, integrationName } from '../ui/names'
import { lowered } from '../ui/now'
import { PageHead, useTitle } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Failure, Loading } from '../ui/States'
import { Status } from '../ui/Status'
import { UserId } from '../ui/UserId'

const route = getRouteApi('/inside/contacts/$id')

/** One person on one number: what is known, every conversation, and the two rights they have. */
export function ContactPage() {
  const { t } = useTranslation('talk')
  const { id } = route.useParams()
  const [receipt, setReceipt] = useState<Receipt>()
  const { data, error, refetch } = useQuery({ ...contact(id), enabled: !receipt })
  useTitle(data ? contactName(data) : t('contacts.title'))
  return (
    <div className={page.in} style={{ paddingTop: 20 }}>
      <Link className={page.crumb} to="/contacts">
        <IconArrowLeft size={14} stroke={2} aria-hidden="true" />
        {t('contacts.back')}
      </Link>
      {receipt ? (
        <Erased receipt={receipt} />
      ) : data ? (
        <Known one={data} onErased={setReceipt} />
      ) : error ? (
        <Failure what={t('contacts.failed_single')} error={error} onRetry={refetch} />
      ) : (
        <Loading />
      )}
    </div>
  )
}

function Erased({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation('talk')
  const counts = receipt.counts as Record<string, number>
  return (
    <section className={css.box} role="status" style={{ maxWidth: 560 }}>
      <h2>{t('contacts.receipt', { id: receipt.id })}</h2>
      <p className={css.help}>
        {t('contacts.counts', {
          messages: counts.messages ?? 0,
          conversations: counts.conversations ?? 0,
          files: counts.files ?? 0,
        })}
      </p>
    </section>
  )
}

function Known({ one, onErased }: { one: Contact; onErased: (receipt: Receipt) => void }) {
  const { t } = useTranslation('talk')
  const { t: app } = useTranslation('app')
  const admin = useMay('manage')
  const names = useQuery(integrations).data ?? []
  const on = names.find(({ id }) => id === one.integration_id)
  const facts: [string, ReactNode][] = [
    [t('contacts.number'), one.phone ? phoneNumber(one.phone) : t('contacts.hidden')],
    ...(one.username ? [[t('contacts.username'), one.username] as [string, ReactNode]] : []),
    ...(one.user_id ? [[t('contacts.user_id'), <UserId key="u" id={one.user_id} />] as [string, ReactNode]] : []),
    ...(one.parent_user_id
      ? [[t('contacts.parent_user_id'), <UserId key="p" id={one.parent_user_id} />] as [string, ReactNode]]
      : []),
    [
      app('contact.integration'),
      on ? (
        <Link key="i" to="/integrations/$id" params={{ id: on.id }}>
          {integrationName(on)}
        </Link>
      ) : (
        app('none')
      ),
    ],
    [t('contacts.first'), <Ago key="f" at={one.created_at} />],
    [t('contacts.last'), one.last_inbound_at ? <Ago key="l" at={one.last_inbound_at} /> : app('never')],
  ]
  if (one.opted_out_at) facts.push([t('contacts.opted_out'), <Ago key="o" at={one.opted_out_at} />])
  return (
    <>
      <PageHead title={contactName(one)} />
      <div className={css.section} style={{ maxWidth: 720 }}>
        <dl className={`${css.facts} prose`}>
          {facts.map(([name, fact]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Conversations id={one.id} />
      <Kept id={one.id} />
      {admin && <Rights one={one} onErased={onErased} />}
    </>
  )
}

function Conversations({ id }: { id: string }) {
  const { t } = useTranslation('talk')
  const { t: app } = useTranslation('app')
  const { data } = useQuery(conversationsOf(id))
  if (!data || data.length === 0) return null
  return (
    <section className={css.section} style={{ maxWidth: 720 }}>
      <h2>{t('contacts.conversations')}</h2>
      <ul>
        {data.map(one => (
          <li key={one.id} className={css.line}>
            <div className="grow">
              <Link className={page.name} to="/conversations/$id" params={{ id: one.id }}>
                {app('integration.bot', one.bot)}
              </Link>
              <span className={page.second}>
                {app('contact.counts', { messages: one.messages, turns: one.turns })},{' '}
                <Ago at={one.last_message_at} prefix={lowered} />
              </span>
            </div>
            <ConversationState status={one.status} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function ConversationState({ status }: { status: Conversation['status'] }) {
  const { t: app } = useTranslation('app')
  if (status === 'handed_off') {
    return (
      <span className={page.people}>
        <IconUser size={14} stroke={2} aria-hidden="true" />
        {app('trace.now.handed_off')}
      </span>
    )
  }
  const over = status === 'ended'
  return (
    <Status
      state="inactive"
      icon={over ? IconFlag : IconRobot}
      word={app(over ? 'conversations.tabs.ended' : 'conversations.tabs.open')}
    />
  )
}

/** The variables of the last conversation. */
function Kept({ id }: { id: string }) {
  const { t } = useTranslation('talk')
  const last = useQuery(conversationsOf(id)).data?.[0]
  const { data } = useQuery({ ...conversation(last?.id ?? ''), enabled: last !== undefined })
  const entries = Object.entries((data?.variables ?? {}) as Record<string, unknown>)
  if (entries.length === 0) return null
  return (
    <section className={css.section} style={{ maxWidth: 720 }}>
      <header>
        <h2>{t('contacts.variables')}</h2>
        <p>{t('contacts.variables_text')}</p>
      </header>
      <dl className={css.facts}>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd className={page.clamped}>{shownValue(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Rights({ one, onErased }: { one: Contact; onErased: (receipt: Receipt) => void }) {
  const { t } = useTranslation('talk')
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const erase = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/contacts/{id}', { params: { path: { id: one.id } } })),
    onSuccess: receipt => {
      onErased(receipt)
      queries.removeQueries({ queryKey: contact(one.id).queryKey })
      void queries.invalidateQueries({ queryKey: ['contacts'] })
      void queries.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
  const name = contactName(one)
  return (
    <section className={css.box} style={{ maxWidth: 720, marginTop: 24, paddingBottom: 4 }}>
      <h2>{t('contacts.danger')}</h2>
      <div className={css.line}>
        <div className="grow">
          <b className={page.name}>{t('contacts.export_title')}</b>
          <span className={page.second}>{t('contacts.export_text')}</span>
        </div>
        <Button
          component="a"
          href={`/api/v1/contacts/${one.id}/export`}
          download
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.75} aria-hidden="true" />}
        >
          {t('contacts.export')}
        </Button>
      </div>
      <div className={css.line}>
        <div className="grow">
          <b className={page.name}>{t('contacts.erase_heading')}</b>
          <span className={page.second}>{t('contacts.erase_text')}</span>
        </div>
        <Button variant="default" onClick={() => setAsks(true)}>
          {t('contacts.erase')} …
        </Button>
      </div>
      <Confirm
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('contacts.erase_title', { name })}
        text={t('contacts.erase_text')}
        name={name}
        typeLabel={t('contacts.erase_type', { name })}
        button={t('contacts.erase')}
        pending={erase.isPending}
        error={erase.error}
        onConfirm={() => erase.mutate()}
      />
    </section>
  )
}
