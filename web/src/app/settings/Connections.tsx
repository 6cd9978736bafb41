import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { connections } from '../../api/queries'
import type { Connection } from '../../api/types'
import { Ago } from '../parts/Ago'
import { Confirm } from '../parts/Confirm'
import page from '../parts/page.module.css'
import { Empty, Failure, Loading, useReason } from '../parts/States'
import { ConnectionForm, type ConnectionKind } from './ConnectionForm'

/** How Google's page was left, as the server says in the address. */
const outcomes = ['done', 'denied', 'stale', 'failed'] as const

/** The account's ways into services that its bots call. */
export function Connections({ admin, google }: { admin: boolean; google?: string }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const reason = useReason()
  const { data, error, refetch } = useQuery(connections)
  const [making, setMaking] = useState(false)
  const [changing, setChanging] = useState<Connection>()
  const [going, setGoing] = useState<Connection>()
  const remove = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/connections/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      setGoing(undefined)
      return queries.invalidateQueries({ queryKey: connections.queryKey })
    },
  })
  const authorise = useMutation({
    mutationFn: (connection_id: string) =>
      unwrap(api.POST('/api/v1/connections/google/authorise', { body: { connection_id } })),
    onSuccess: ({ url }) => location.assign(url),
  })
  if (!data) return error ? <Failure what={t('connections.failed')} error={error} onRetry={refetch} /> : <Loading />
  const make = admin && <Button onClick={() => setMaking(true)}>{t('connections.make')}</Button>
  const outcome = outcomes.find(one => one === google)
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
          <div className={page.bar}>
            <span className="grow" style={{ color: 'var(--muted)' }}>
              {t('connections.text')}
            </span>
            {make}
          </div>
          <div className={page.scroll}>
            <table className={page.table} style={{ minWidth: 640 }}>
              <thead>
                <tr>
                  <th>{t('connections.name')}</th>
                  <th>{t('connections.place')}</th>
                  <th style={{ width: 130 }}>{t('connections.changed')}</th>
                  <th style={{ width: 230 }}>
                    <span className="vh">{t('connections.change')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map(one => (
                  <tr key={one.id}>
                    <td>
                      <span className={page.name}>{one.name}</span>
                      <span className={page.second}>{t(`connections.kinds.${one.kind as ConnectionKind}`)}</span>
                    </td>
                    <td style={{ overflowWrap: 'anywhere' }}>
                      <span className="mono">{place(one) || t('connections.usual')}</span>
                      <span className={page.second}>
                        {one.granted === false
                          ? t('connections.not_agreed')
                          : one.secret_last4 && t('connections.secret_ends', { last4: one.secret_last4 })}
                      </span>
                    </td>
                    <td>
                      <Ago at={one.updated_at} />
                    </td>
                    <td style={{ textAlign: 'right' }}>
                      {admin && one.kind === 'google' && (
                        <Button
                          variant={one.granted ? 'subtle' : 'filled'}
                          size="xs"
                          loading={authorise.isPending}
                          onClick={() => authorise.mutate(one.id)}
                        >
                          {one.granted ? t('connections.agree_again') : t('connections.agree')}
                        </Button>
                      )}
                      {admin && (
                        <>
                          <Button variant="subtle" size="xs" onClick={() => setChanging(one)}>
                            {t('connections.change')}
                          </Button>
                          <Button variant="subtle" size="xs" onClick={() => setGoing(one)}>
                            {t('connections.delete')}
                          </Button>
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {making && <ConnectionForm onClose={() => setMaking(false)} />}
      {changing && <ConnectionForm changing={changing} onClose={() => setChanging(undefined)} />}
      <Confirm
        opened={going !== undefined}
        onClose={() => setGoing(undefined)}
        title={t('connections.delete_title', { name: going?.name })}
        text={t('connections.delete_text')}
        button={t('connections.delete')}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => going && remove.mutate(going.id)}
      />
    </>
  )
}

/** Where a connection leads, in a word. */
function place({ settings }: Connection): string {
  const { host, base_url, from, client_id } = settings as Record<string, unknown>
  return [host ?? base_url ?? client_id, from].filter(Boolean).join(' · ')
}
