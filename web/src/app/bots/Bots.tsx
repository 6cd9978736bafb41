import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconCircleCheck, IconDots, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { may } from '../../api/may'
import { bots, me } from '../../api/queries'
import type { Bot } from '../../api/types'
import { Ago } from '../ui/Ago'
import { LiveNote } from '../ui/LiveNote'
import { PageHead } from '../ui/PageHead'
import page from '../ui/page.module.css'
import { Search } from '../ui/Search'
import { Empty, Failure, Loading, NothingFound, Stale } from '../ui/States'
import { usePhoneWidth } from '../ui/wide'
import css from './Bots.module.css'
import { Delete, Rename } from './Dialogs'
import { Gallery } from './Gallery'

export function Bots() {
  const { t } = useTranslation(['builder', 'app'])
  const { data, error, dataUpdatedAt, refetch } = useQuery(bots)
  const { data: session } = useQuery(me)
  const edits = may(session?.account.role, 'edit')
  const phone = usePhoneWidth()
  const [choosing, setChoosing] = useState(false)
  const [query, setQuery] = useState('')
  const shown = (data ?? []).filter(bot => bot.name.toLowerCase().includes(query.trim().toLowerCase()))
  const create = edits && (
    <Button leftSection={<IconPlus size={16} stroke={1.75} aria-hidden="true" />} onClick={() => setChoosing(true)}>
      {t('list.new')}
    </Button>
  )
  return (
    <div className={page.in}>
      <PageHead title={t('app:bots.title')} sub={t('app:bots.sub')}>
        {data && data.length > 0 && create}
      </PageHead>
      {data && data.length > 0 && (
        <div className={page.bar}>
          <Search value={query} onChange={setQuery} placeholder={t('list.search')} />
          <div className={page.note}>
            <LiveNote updatedAt={dataUpdatedAt} failed={error !== null} />
          </div>
        </div>
      )}
      {data && error && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={refetch} />}
      {!data ? (
        error ? (
          <Failure what={t('app:bots.failed')} error={error} onRetry={refetch} />
        ) : (
          <Loading />
        )
      ) : data.length === 0 ? (
        <Empty title={t('app:bots.empty_title')} text={t('list.empty_text')}>
          {create}
        </Empty>
      ) : shown.length === 0 ? (
        <NothingFound filter={`“${query}”`} onClear={() => setQuery('')} />
      ) : phone ? (
        <div className={page.cards}>
          {shown.map(bot => (
            <article key={bot.id} className={page.item}>
              <div className={page.itemTop}>
                <div className="grow">
                  <Name bot={bot} />
                </div>
                <DraftTag bot={bot} />
                <More bot={bot} edits={edits} />
              </div>
              <div className={page.itemFoot}>
                <Answers bot={bot} />
              </div>
            </article>
          ))}
        </div>
      ) : (
        <Table bots={shown} edits={edits} />
      )}
      {choosing && <Gallery onClose={() => setChoosing(false)} />}
    </div>
  )
}

function Table({ bots: shown, edits }: { bots: Bot[]; edits: boolean }) {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  return (
    <table className={page.table}>
      <colgroup>
        <col />
        <col style={{ width: 150 }} />
        <col />
        <col style={{ width: 150 }} />
        <col style={{ width: 56 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('bots.columns.name')}</th>
          <th>{t('bots.columns.draft')}</th>
          <th>{t('bots.columns.answers')}</th>
          <th>{t('bots.columns.changed')}</th>
          <th>
            <span className="vh">{t('more')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(bot => (
          <tr
            key={bot.id}
            className={page.row}
            onClick={event => {
              if ((event.target as Element).closest('a, button, [role="menu"], [role="dialog"]')) return
              if (event.currentTarget.contains(event.target as Node)) {
                void navigate({ to: '/bots/$id', params: { id: bot.id } })
              }
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
            <td>
              <More bot={bot} edits={edits} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What can be done with a bot without opening it. */
function More({ bot, edits }: { bot: Bot; edits: boolean }) {
  const { t } = useTranslation('builder')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const copy = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/bots/{id}/copy', {
          params: { path: { id: bot.id } },
          body: { name: t('copy_name', { name: bot.name }).slice(0, 80) },
        }),
      ),
    onSuccess: made => {
      void queries.invalidateQueries({ queryKey: ['bots'] })
      void navigate({ to: '/bots/$id', params: { id: made.id } })
    },
  })
  const file = (format: string) => `/api/v1/bots/${bot.id}/export?format=${format}`
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon
            className={css.more}
            variant="subtle"
            color="gray"
            aria-label={t('list.more', { name: bot.name })}
          >
            <IconDots size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void navigate({ to: '/bots/$id', params: { id: bot.id } })}>
            {t('list.open')}
          </Menu.Item>
          {edits && <Menu.Item onClick={() => setDialog('rename')}>{t('list.rename')}</Menu.Item>}
          {edits && <Menu.Item onClick={() => copy.mutate()}>{t('list.copy')}</Menu.Item>}
          <Menu.Item component="a" href={file('json')} download>
            {t('list.export_json')}
          </Menu.Item>
          <Menu.Item component="a" href={file('yaml')} download>
            {t('list.export_yaml')}
          </Menu.Item>
          {edits && (
            <Menu.Item component="a" href={`/api/v1/bots/${bot.id}/answers.csv`} download>
              {t('list.answers_csv')}
            </Menu.Item>
          )}
          {edits && <Menu.Divider />}
          {edits && <Menu.Item onClick={() => setDialog('delete')}>{t('list.delete')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' && <Rename bot={bot} onClose={close} />}
      {dialog === 'delete' && <Delete bot={bot} onClose={close} />}
    </>
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
function DraftTag({ bot }: { bot: Bot }) {
  const { t } = useTranslation('app')
  if (bot.version !== null && !bot.changed_since_publish) return <span className={page.faint}>{t('bots.same')}</span>
  return <span className={css.tag}>{bot.version === null ? t('bots.draft') : t('bots.changed')}</span>
}

/** Which version answers, and where. */
function Answers({ bot }: { bot: Bot }) {
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
