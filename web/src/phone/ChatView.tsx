import { IconArrowDown } from '@tabler/icons-react'
import { Fragment, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fromWire, line } from '../messages'
import type { Json } from '../messages/json'
import type { Message, Of } from '../messages/message'
import { dayName, sameDay } from '../words/time'
import css from './ChatView.module.css'
import type { Quoted } from './Composer'
import { Line } from './Line'
import type { ChatItem } from './sim'

interface Props {
  items?: ChatItem[]
  typing: boolean
  name: string
  empty: 'empty' | 'no_number'
  onAnswer: (message: Json, to: string) => void
  onList: (list: Of<'list'>, to: string) => void
  onPlaces: (to: string) => void
  onQuote: (quoted: Quoted) => void
}

const near = 48

/** The bubbles, oldest first. It stays at the end unless somebody has scrolled up to read. */
export function ChatView(props: Props) {
  const { items, typing, name, empty } = props
  const { t, i18n } = useTranslation('phone')
  const { t: words } = useTranslation('messages')
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const stick = useRef(true)
  const [missed, setMissed] = useState(0)
  const count = useRef(0)

  const shown = useMemo(
    () =>
      (items ?? [])
        .filter(item => item.message.type !== 'reaction')
        .map(item => ({ item, message: fromWire(item.message) })),
    [items],
  )
  const byId = useMemo(() => new Map(shown.map(one => [one.item.id, one.message])), [shown])

  const toEnd = useCallback(() => {
    const box = scroller.current
    if (box) box.scrollTop = box.scrollHeight
  }, [])
  useLayoutEffect(() => {
    const arrived = shown.length - count.current
    count.current = shown.length
    if (shown.at(-1)?.item.direction === 'in' && arrived > 0) stick.current = true
    if (stick.current) toEnd()
    else if (arrived > 0) setMissed(old => old + arrived)
  }, [shown, toEnd])
  useEffect(() => {
    // Pictures and players grow after they were drawn.
    const watcher = new ResizeObserver(() => stick.current && toEnd())
    for (const box of [content.current, scroller.current]) if (box) watcher.observe(box)
    return () => watcher.disconnect()
  }, [toEnd])

  const now = Date.now()
  const days = { today: words('today'), yesterday: words('yesterday') }
  return (
    <div className={css.frame}>
      <div
        ref={scroller}
        className={css.chat}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
        tabIndex={0}
        role="log"
        aria-live="polite"
        aria-label={name}
        onScroll={({ currentTarget: box }) => {
          stick.current = box.scrollHeight - box.scrollTop - box.clientHeight < near
          if (stick.current) setMissed(0)
        }}
      >
        <div ref={content} className={css.content}>
          {items && shown.length === 0 && (
            <div className={css.empty}>
              <Strands />
              <b>{t(empty)}</b>
              <p>{empty === 'empty' ? t('empty_more', { name }) : t('no_number_more')}</p>
            </div>
          )}
          {shown.map(({ item, message }, index) => (
            <Fragment key={item.id}>
              {!(index > 0 && sameDay(shown[index - 1]!.item.at, item.at)) && (
                <span className={css.day}>{dayName(item.at, { locale: i18n.language, now }, days)}</span>
              )}
              <Line
                item={item}
                message={message}
                name={name}
                quote={quoteOf(item, byId)}
                onAnswer={answer => props.onAnswer(answer, item.id)}
                onReact={emoji => props.onAnswer({ type: 'reaction', reaction: { message_id: item.id, emoji } }, '')}
                onList={list => props.onList(list, item.id)}
                onPlaces={() => props.onPlaces(item.id)}
                onQuote={() => props.onQuote({ id: item.id, line: line(message, words) })}
              />
            </Fragment>
          ))}
          {typing && (
            <div className={css.typing} role="img" aria-label={t('typing', { name })}>
              <i />
              <i />
              <i />
            </div>
          )}
        </div>
      </div>
      {missed > 0 && (
        <button
          type="button"
          className={css.missed}
          onClick={() => {
            toEnd()
            setMissed(0)
          }}
        >
          <IconArrowDown size={14} stroke={2} aria-hidden="true" />
          {t('new_messages', { count: missed })}
        </button>
      )}
    </div>
  )

  function quoteOf(item: ChatItem, known: Map<string, Message>) {
    const quoted = item.reply_to ? known.get(item.reply_to) : undefined
    return quoted ? line(quoted, words) : undefined
  }
}

/** The empty chat's drawing: a cord with three knots. */
function Strands() {
  return (
    <svg width="120" height="56" viewBox="0 0 120 56" aria-hidden="true">
      <path d="M6 8c30 10 78 10 108 0" />
      <path d="M34 14v30M60 16v20M86 14v26" />
      <circle cx="34" cy="34" r="5" />
      <circle cx="60" cy="30" r="5" />
      <circle cx="86" cy="26" r="5" />
    </svg>
  )
}
