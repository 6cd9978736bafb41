import { Button } from '@mantine/core'
import { IconClock, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { templates } from '../../api/queries'
import type { Template } from '../../api/types'
import { rendered } from '../../templates/values'
import { FieldError } from '../ui/Fields'
import { lowered, useAgo } from '../ui/now'
import page from '../ui/page.module.css'
import { Empty, Failure, Loading, useReason } from '../ui/States'
import { Status } from '../ui/Status'
import css from './Templates.module.css'

const good = (one: Template) => one.status === 'APPROVED'
const bad = (one: Template) => ['REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED'].includes(one.status)

/** The templates of the number's business account, as Meta last told them. */
export function Templates({ id }: { id: string }) {
  const { t, i18n } = useTranslation('care')
  const word = (kind: 'states' | 'categories', meta: string) => {
    const key = `templates.${kind}.${meta}`
    return i18n.exists(`care:${key}`) ? t(key as 'templates.none') : meta
  }
  const ago = useAgo()
  const reason = useReason()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(templates(id))
  const sync = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/integrations/{id}/templates/sync', { params: { path: { id } } })),
    onSuccess: found => queries.setQueryData(templates(id).queryKey, found),
  })
  if (!data) return error ? <Failure what={t('templates.failed')} error={error} onRetry={refetch} /> : <Loading />
  const ask = (
    <Button
      variant="default"
      loading={sync.isPending}
      leftSection={<IconRefresh size={16} stroke={1.75} aria-hidden="true" />}
      onClick={() => sync.mutate()}
    >
      {t('templates.sync')}
    </Button>
  )
  return (
    <>
      <div className={page.bar}>
        <span className="grow" style={{ color: 'var(--muted)' }}>
          {t('templates.text', { when: data.synced_at ? lowered(ago(data.synced_at).words) : t('templates.never') })}
        </span>
        {ask}
      </div>
      {sync.error && <FieldError>{reason(sync.error)}</FieldError>}
      {data.items.length === 0 ? (
        <Empty title={t('templates.none')} text={t('templates.none_text')} />
      ) : (
        <div className={css.templates}>
          {data.items.map(one => (
            <article key={`${one.name} ${one.language}`} className={css.template}>
              <div className={css.templateName}>
                <span className="mono">{one.name}</span>
                <span className={page.second}>
                  {one.language}, {word('categories', one.category)}
                </span>
              </div>
              <div className={css.templateState}>
                <Status
                  state={good(one) ? 'ok' : bad(one) ? 'failing' : 'inactive'}
                  icon={good(one) || bad(one) ? undefined : IconClock}
                  word={word('states', one.status)}
                />
                {one.rejected_reason && one.rejected_reason !== 'NONE' && (
                  <span className={`${page.second} ${page.wraps}`}>{one.rejected_reason}</span>
                )}
              </div>
              <p className={css.templateText}>{rendered(one, {}).body}</p>
            </article>
          ))}
        </div>
      )}
    </>
  )
}
