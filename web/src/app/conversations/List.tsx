import { Button } from '@mantine/core'
import { IconAlertOctagon, IconRobot, IconUser } from '@tabler/icons-react'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Conversation, ConversationTab } from '../../api/types'
import { initials } from '../../words/names'
import { clockTime, date, exactTime, sameDay } from '../../words/time'
import { useMe } from '../shell/session'
import { contactName } from '../ui/names'
import { useNow } from '../ui/now'
import { Failure, Loading, NothingFound } from '../ui/States'
import css from './Conversations.module.css'

const route = getRouteApi('/inside/conversations')

interface Props {
  query: UseInfiniteQueryResult<InfiniteData<{ items: Conversation[] }>>
  tab: ConversationTab
  filter: string
  current?: string
  onClear: () => void
}

export function List({ query, tab, filter, current, onClear }: Props) {
  const { t } = useTranslation('app')
  const { installation } = useMe()
  const { data, error, hasNextPage, isFetchingNextPage } = query
  const items = data?.pages.flatMap(page => page.items)
  if (!items) {
    return (
      <div className={css.list}>
        {error ? (
          <Failure what={t('conversations.failed')} error={error} onRetry={() => void query.refetch()} />
        ) : (
          <Loading rows={6} height={58} />
        )}
      </div>
    )
  }
  if (items.length === 0 && filter) {
    return (
      <div className={css.list}>
        <NothingFound filter={t('quoted', { text: filter })} onClear={onClear} />
      </div>
    )
  }
  if (items.length === 0) {
    return (
      <div className={css.list}>
        <div className={css.nobody}>
          <b>{t(`conversations.none.${tab}`)}</b>
          <p>{t(`conversations.none_more.${tab}`)}</p>
          {tab === 'open' && installation.phone_url && (
            <Button component="a" href={installation.phone_url} target="_blank" rel="noopener" mt="sm">
              {t('phone_open')}
            </Button>
          )}
        </div>
      </div>
    )
  }
  return (
    <nav className={css.list} aria-label={t('conversations.title')}>
      {items.map(one => (
        <Item key={one.id} one={one} current={one.id === current} />
      ))}
      {hasNextPage && (
        <button
          type="button"
          className={css.more}
          disabled={isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('show_more', { count: items.length })}
        </button>
      )}
    </nav>
  )
}

function Item({ one, current }: { one: Conversation; current: boolean }) {
  const filter = route.useSearch()
  const { i18n } = useTranslation('app')
  const now = useNow()
  const name = contactName(one.contact)
  const at = one.last_message_at
  const today = sameDay(at, now)
  return (
    <Link
      className={css.item}
      to="/conversations/$id"
      params={{ id: one.id }}
      search={{ ...filter, turn: undefined }}
      aria-current={current ? 'true' : undefined}
      activeProps={{}}
    >
      <span className={css.avatar} aria-hidden="true">
        {one.contact.name ? initials(one.contact.name) : <IconUser size={16} stroke={1.75} />}
      </span>
      <b className="cut">{name}</b>
      <time dateTime={at} title={exactTime(at, i18n.language)}>
        {today ? clockTime(at, i18n.language) : date(at, { locale: i18n.language, now })}
      </time>
      <Preview one={one} />
    </Link>
  )
}

/** What stands below the name: who waits, what failed, or what was said last. */
function Preview({ one }: { one: Conversation }) {
  const { t } = useTranslation('app')
  const { t: words } = useTranslation('messages')
  const last = one.last_message
  const wordless = (['image', 'video', 'audio', 'document', 'sticker', 'location'] as const).find(
    type => type === last?.type,
  )
  if (one.status === 'handed_off' && last?.author !== 'person') {
    return (
      <span className={css.preview}>
        <span className={css.people}>
          <IconUser size={14} stroke={2} aria-hidden="true" />
          {t('conversations.waits')}
        </span>
      </span>
    )
  }
  if (!last) return <span className={css.preview} />
  if (last.status === 'failed') {
    return (
      <span className={`${css.preview} ${css.failed}`}>
        <IconAlertOctagon size={14} stroke={2} aria-hidden="true" />
        <span className="cut">{t('conversations.not_sent', { text: last.text })}</span>
      </span>
    )
  }
  const Icon = last.author === 'bot' ? IconRobot : last.author === 'person' ? IconUser : undefined
  return (
    <span className={css.preview}>
      {Icon && <Icon size={14} stroke={2} role="img" aria-label={t(`authors.${last.author as 'bot' | 'person'}`)} />}
      <span className="cut">{last.text || (wordless ? words(wordless) : last.type)}</span>
    </span>
  )
}
