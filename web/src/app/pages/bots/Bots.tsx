import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { bots } from '../../../api/queries'
import type { Bot } from '../../../api/types'
import { Ago } from '../../parts/Ago'
import { LiveNote } from '../../parts/LiveNote'
import { PageHead } from '../../parts/PageHead'
import page from '../../parts/page.module.css'
import { Empty, Failure, Loading, Stale } from '../../parts/States'
import { usePhoneWidth } from '../../parts/wide'
import css from './Bots.module.css'

export function Bots() {
  const { t } = useTranslation('app')
  const { data, error, dataUpdatedAt, refetch } = useQuery(bots)
  const phone = usePhoneWidth()
  return (
    <div className={page.in}>
      <PageHead title={t('bots.title')} sub={t('bots.sub')}>
        <LiveNote updatedAt={dataUpdatedAt} failed={error !== null} />
      </PageHead>
      {data && error && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={refetch} />}
      {!data ? (
        error ? (
          <Failure what={t('bots.failed')} error={error} onRetry={refetch} />
        ) : (
          <Loading />
        )
      ) : data.length === 0 ? (
        <Empty title={t('bots.empty_title')} text={t('bots.empty_text')} />
      ) : phone ? (
        <div className={page.cards}>
          {data.map(bot => (
            <article key={bot.id} className={page.item}>
              <div className={page.itemTop}>
                <div className="grow">
                  <Name bot={bot} />
                </div>
                <DraftTag bot={bot} />
              </div>
              <div className={page.itemFoot}>
                <Answers bot={bot} />
              </div>
            </article>
          ))}
        </div>
      ) : (
        <table className={page.table}>
          <colgroup>
            <col />
            <col style={{ width: 150 }} />
            <col />
            <col style={{ width: 150 }} />
          </colgroup>
          <thead>
            <tr>
              <th>{t('bots.columns.name')}</th>
              <th>{t('bots.columns.draft')}</th>
              <th>{t('bots.columns.answers')}</th>
              <th>{t('bots.columns.changed')}</th>
            </tr>
          </thead>
          <tbody>
            {data.map(bot => (
              <Row key={bot.id} bot={bot} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function Row({ bot }: { bot: Bot }) {
  const navigate = useNavigate()
  return (
    <tr
      className={page.row}
      onClick={event => {
        if (!(event.target as Element).closest('a')) void navigate({ to: '/bots/$id', params: { id: bot.id } })
      }}
    >
      <td>
        <Name bot={bot} />
      </td>
      <td>
        <DraftTag bot={bot} />
      </td>
      <td>
        <Answers bot={bot} />
      </td>
      <td>
        <Ago at={bot.updated_at} />
      </td>
    </tr>
  )
}

function Name({ bot }: { bot: Bot }) {
  const { t } = useTranslation('app')
  return (
    <>
      <Link className={`${page.name} cut`} to="/bots/$id" params={{ id: bot.id }}>
        {bot.name}
      </Link>
      <span className={page.second}>
        {bot.version === null
          ? t('bots.never')
          : bot.published_at && <Ago at={bot.published_at} prefix={when => t('bots.published', { when })} />}
      </span>
    </>
  )
}

/** Whether there is something that was not published. */
export function DraftTag({ bot }: { bot: Bot }) {
  const { t } = useTranslation('app')
  if (bot.version !== null && !bot.changed_since_publish) return <span className={page.faint}>{t('bots.same')}</span>
  return <span className={css.tag}>{bot.version === null ? t('bots.draft') : t('bots.changed')}</span>
}

/** Which version answers, and where. */
export function Answers({ bot }: { bot: Bot }) {
  const { t } = useTranslation('app')
  const active = bot.integrations.filter(one => one.active)
  if (bot.version === null) return <span className={css.idle}>{t('bots.unpublished')}</span>
  if (active.length === 0) return <span className={css.idle}>{t('bots.nowhere', { version: bot.version })}</span>
  return (
    <span className={`${css.answers} prose`}>
      <IconCircleCheck size={16} stroke={1.75} aria-hidden="true" />
      <span>
        {t('bots.answers_on', { version: bot.version })}{' '}
        {active.map((one, index) => (
          <span key={one.id}>
            {index > 0 && ', '}
            <Link to="/integrations/$id" params={{ id: one.id }}>
              {one.name ?? one.id}
            </Link>
          </span>
        ))}
      </span>
    </span>
  )
}
