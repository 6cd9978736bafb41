import { IconAlertOctagon, IconChevronDown, IconChevronUp, IconKey } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { Fragment, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Ago } from '../ui/Ago'
import { integrationName } from '../ui/names'
import { useAgo } from '../ui/now'
import page from '../ui/page.module.css'
import { IntegrationStatus } from '../ui/Status'
import { Strip } from '../ui/Strip'
import { Cure } from './Cure'
import { IntegrationMenu } from './IntegrationMenu'
import css from './Integrations.module.css'
import { type Column, columns, type Sort } from './integrations'
import { refused, Token } from './Token'
import { useTrouble } from './trouble'

const widths: Record<Column, number | undefined> = {
  name: undefined,
  status: 132,
  bot: 138,
  messages: 186,
  errors: 96,
  activity: 104,
  token: 128,
}

interface Props {
  list: Integration[]
  sort: Sort
  onSort: (by: Column) => void
}

export function IntegrationTable({ list, sort, onSort }: Props) {
  const { t } = useTranslation('app')
  const Arrow = sort.down ? IconChevronUp : IconChevronDown
  return (
    <>
      <table className={page.table}>
        <colgroup>
          {columns.map(column => (
            <col key={column} className={column === 'activity' ? css.activity : ''} style={{ width: widths[column] }} />
          ))}
          <col style={{ width: 56 }} />
        </colgroup>
        <thead>
          <tr>
            {columns.map(column => (
              <th
                key={column}
                className={column === 'activity' ? css.activity : ''}
                aria-sort={sort.by === column ? (sort.down ? 'descending' : 'ascending') : undefined}
              >
                <button type="button" onClick={() => onSort(column)}>
                  {t(`integrations.columns.${column}`)}
                  {sort.by === column && <Arrow size={14} stroke={2} aria-hidden="true" />}
                </button>
              </th>
            ))}
            <th>
              <span className="vh">{t('more')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map(one => (
            <Row key={one.id} one={one} />
          ))}
        </tbody>
      </table>
      <p className={css.legend}>
        <Strip hours={example} sentence={false} width={46} />
        {t('strip.legend')}
      </p>
    </>
  )
}

const example = [1, 7, 12, 9, 10, 6, 4, 3].map((messages, index) => ({ messages, errors: index === 4 ? 1 : 0 }))

function Row({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  const failing = one.active && one.health === 'failing' && one.health_reason
  const open = (event: MouseEvent) => {
    const busy = (event.target as Element).closest('a, button') || getSelection()?.toString()
    if (!busy) void navigate({ to: '/integrations/$id', params: { id: one.id } })
  }
  return (
    <Fragment>
      <tr className={`${page.row} ${failing ? css.bad : ''}`} onClick={open}>
        <td>
          <Link className={`${page.name} cut`} to="/integrations/$id" params={{ id: one.id }}>
            {integrationName(one)}
          </Link>
          <span className={`${page.second} cut`}>
            {one.name ? (one.phone?.display_phone_number ?? t('integrations.no_number')) : t('integrations.no_name')}
          </span>
        </td>
        <td>
          <IntegrationStatus integration={one} />
          <span className={`${page.second} cut`} style={{ paddingLeft: 2 }}>
            <Since one={one} />
          </span>
        </td>
        <td>
          {one.bot?.name ? (
            <>
              <span className={`${page.name} cut`}>{one.bot.name}</span>
              <span className={page.second}>{t('version', { version: one.bot.version })}</span>
            </>
          ) : (
            <span className={page.faint}>{t('integrations.no_bot')}</span>
          )}
        </td>
        <td>
          <Volume one={one} />
        </td>
        <td>
          <Errors count={one.errors_24h} bad={one.active && one.health === 'failing'} />
        </td>
        <td className={css.activity}>
          {one.last_activity_at ? <Ago at={one.last_activity_at} /> : <span className={page.faint}>{t('never')}</span>}
        </td>
        <td>
          <Token one={one} />
        </td>
        <td className={css.actions}>
          <IntegrationMenu one={one} />
        </td>
      </tr>
      {failing && (
        <tr className={css.why}>
          <td className={css.band} colSpan={columns.length + 1}>
            <div className={css.fix}>
              {refused(one) ? (
                <IconKey size={18} stroke={1.75} aria-hidden="true" />
              ) : (
                <IconAlertOctagon size={18} stroke={1.75} aria-hidden="true" />
              )}
              <Reason one={one} />
              <Cure one={one} size="xs" />
            </div>
          </td>
        </tr>
      )}
    </Fragment>
  )
}

/** Why it does not fare well: what happened, then what follows from it. */
export function Reason({ one }: { one: Integration }) {
  const [first, ...rest] = useTrouble(one).split(/(?<=\.)\s+/)
  return (
    <div className="grow">
      <b>{first ?? ''}</b> {rest.join(' ')}
    </div>
  )
}

function Since({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const said = useAgo()
  if (one.active) return t('active')
  if (!one.active_since) return t('inactive')
  const { words, exact } = said(one.active_since)
  return <span title={exact}>{t('since', { when: words })}</span>
}

function Volume({ one }: { one: Integration }) {
  const { t, i18n } = useTranslation('app')
  const count = one.active ? one.messages_24h : one.ignored_24h
  return (
    <div className={css.volume}>
      <span className={`${page.number} ${css.amount}`}>
        {count.toLocaleString(i18n.language)}
        {!one.active && (
          <span className={page.second} style={{ fontWeight: 400, marginTop: 0 }}>
            {t('ignored')}
          </span>
        )}
      </span>
      <Strip hours={one.hours} idle={!one.active} />
    </div>
  )
}

function Errors({ count, bad }: { count: number; bad: boolean }) {
  const { t, i18n } = useTranslation('app')
  if (count === 0) return <span className={`${page.number} ${page.faint}`}>{t('none')}</span>
  return <span className={`${page.number} ${bad ? page.failing : ''}`}>{count.toLocaleString(i18n.language)}</span>
}
