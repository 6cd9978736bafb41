import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { connections } from '../../api/queries'
import type { Connection } from '../../api/types'
import { Ago } from '../ui/Ago'
import page from '../ui/page.module.css'
import { Empty, Failure, Loading, useReason } from '../ui/States'
import { ConnectionCheck } from './ConnectionCheck'
import { ConnectionForm, type ConnectionKind } from './ConnectionForm'
import { type Column, ListHead, Listing } from './Listing'
import { useRemoval } from './useRemoval'
import { useSaved } from './useSaved'

/** How Google's page was left, as the server says in the address. */
const outcomes = ['done', 'denied', 'stale', 'failed'] as const

/** The account's ways into services that its bots call. */
export function Connections({ admin, google }: { admin: boolean; google?: string }) {
  const { t } = useTranslation('people')
  const reason = useReason()
  const saved = useSaved()
  const { data, error, refetch } = useQuery(connections)
  const [making, setMaking] = useState(false)
  const [changing, setChanging] = useState<Connection>()
  const removal = useRemoval<Connection>({
    remove: id => unwrap(api.DELETE('/api/v1/connections/{id}', { params: { path: { id } } })),
    queryKey: connections.queryKey,
    title: ({ name }) => t('connections.delete_title', { name }),
    text: t('connections.delete_text'),
    button: t('connections.delete'),
  })
  const authorise = useMutation({
    mutationFn: (connection_id: string) =>
      unwrap(api.POST('/api/v1/connections/google/authorise', { body: { connection_id } })),
    onSuccess: ({ url }) => location.assign(url),
  })
  if (!data) return error ? <Failure what={t('connections.failed')} error={error} onRetry={refetch} /> : <Loading />
  const make = admin && <Button onClick={() => setMaking(true)}>{t('connections.make')}</Button>
  const outcome = outcomes.find(one => one === google)
  const secret = (one: Connection) =>
    one.secret_saved_at
      ? [one.secret_last4 && t('connections.secret_ends', { last4: one.secret_last4 }), saved(one.secret_saved_at)]
          .filter(Boolean)
          .join(' · ')
      : t('connections.no_secret')
  const columns: Column<Connection>[] = [
    {
      title: t('connections.name'),
      cell: one => (
        <>
          <span className={page.name}>{one.name}</span>
          <span className={page.second}>{t(`connections.kinds.${one.kind as ConnectionKind}`)}</span>
        </>
      ),
    },
    {
      title: t('connections.place'),
      cell: one => (
        <div style={{ overflowWrap: 'anywhere' }}>
          <span className="mono">{place(one) || t('connections.usual')}</span>
          <span className={page.second}>{secret(one)}</span>
          {one.granted === false && <span className={page.second}>{t('connections.not_agreed')}</span>}
          {admin && <ConnectionCheck key={one.updated_at} connection={one} />}
        </div>
      ),
    },
    { title: t('connections.changed'), width: 130, named: true, cell: one => <Ago at={one.updated_at} /> },
  ]
  const deeds = (one: Connection) =>
    admin && (
      <>
        {one.kind === 'google' && (
          <Button
            variant={one.granted ? 'subtle' : 'filled'}
            size="xs"
            loading={authorise.isPending}
            onClick={() => authorise.mutate(one.id)}
          >
            {one.granted ? t('connections.agree_again') : t('connections.agree')}
          </Button>
        )}
        <Button variant="subtle" size="xs" onClick={() => setChanging(one)}>
          {t('connections.change')}
        </Button>
        <Button variant="subtle" size="xs" onClick={() => removal.ask(one)}>
          {t('connections.delete')}
        </Button>
      </>
    )
  return (
    <>
      {outcome && (
        <p role={outcome === 'done' ? 'status' : 'alert'} style={{ marginBlockEnd: 16 }}>
          {t(`connections.google.${outcome}`)}
        </p>
      )}
      {authorise.error && <p role="alert">{reason(authorise.error)}</p>}
      {data.length === 0 ? (
        <Empty title={t('connections.none')} text={t('connections.text')}>
          {make}
        </Empty>
      ) : (
        <>
          <ListHead text={t('connections.text')}>{make}</ListHead>
          <Listing items={data} columns={columns} deeds={{ title: t('connections.change'), width: 190, of: deeds }} />
        </>
      )}
      {making && <ConnectionForm onClose={() => setMaking(false)} />}
      {changing && <ConnectionForm changing={changing} onClose={() => setChanging(undefined)} />}
      {removal.question}
    </>
  )
}

/** Where a connection leads, in a word. */
function place({ settings }: Connection): string {
  const { host, base_url, from, client_id } = settings as Record<string, unknown>
  return [host ?? base_url ?? client_id, from].filter(Boolean).join(' · ')
}
