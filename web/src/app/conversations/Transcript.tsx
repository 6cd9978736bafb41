import { ActionIcon, Button } from '@mantine/core'
import { IconArrowBackUp, IconArrowLeft, IconBinaryTree2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Fragment, type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation, ConversationMessage, MessageStatus } from '../../api/types'
import { fromContent, line } from '../../messages'
import { Bubble } from '../../messages/Bubble'
import { isMarked, Marks } from '../../messages/Marks'
import type { Message } from '../../messages/message'
import { SurfaceContext } from '../../messages/surface'
import { type TickState, Ticks } from '../../messages/Ticks'
import { phoneNumber } from '../../words/names'
import { clockTime, dayName, exactTime, sameDay } from '../../words/time'
import { useMay } from '../shell/session'
import { contactName } from '../ui/names'
import { useNow } from '../ui/now'
import { usePhoneWidth } from '../ui/wide'
import css from './Conversations.module.css'
import { Close, Foot } from './Foot'

interface Props {
  conversation: Conversation
  messages: ConversationMessage[]
  turn?: number
  /** The node that the chosen turn came to. */
  node?: string
  onTurn: (no: number) => void
}

/** What the contact saw: the contact at the left, the bot at the right, people at the right in plum. */
export function Transcript({ conversation, messages, turn, node, onTurn }: Props) {
  const { t, i18n } = useTranslation('app')
  const { t: words } = useTranslation('messages')
  const now = useNow()
  const phone = usePhoneWidth()
  const edits = useMay('edit')
  const name = contactName(conversation.contact)
  const shown = useMemo(() => readable(messages), [messages])
  const byId = useMemo(() => new Map(shown.map(({ one, message }) => [one.id, message])), [shown])
  const scroller = useAtEnd(messages.length)
  const under = [
    conversation.contact.phone && conversation.contact.name ? phoneNumber(conversation.contact.phone) : undefined,
    conversation.integration.name ?? undefined,
    t('integration.bot_short', conversation.bot),
  ]
  const [replyTo, setReplyTo] = useState<string>()
  const replies = edits && conversation.status === 'handed_off'
  const replied = replyTo === undefined ? undefined : byId.get(replyTo)
  const quoteOf = (one: ConversationMessage) => {
    if (one.reply_to && byId.has(one.reply_to)) return line(byId.get(one.reply_to)!, words)
    return one.reply_to_wamid ? t('conversations.quoted_elsewhere') : undefined
  }
  const days = { today: words('today'), yesterday: words('yesterday') }
  return (
    <section className={css.column} aria-label={t('conversations.transcript')}>
      <header className={css.head}>
        {phone && (
          <ActionIcon
            component={Link}
            to={'/conversations' as string}
            variant="subtle"
            color="gray"
            size={44}
            aria-label={t('conversations.back')}
          >
            <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        )}
        <div className="grow">
          <h2 className="cut">{name}</h2>
          <p className="cut">{under.filter(Boolean).join(' · ')}</p>
        </div>
        {!phone && edits && (
          <Button
            component={Link}
            to={`/bots/${conversation.bot.id}` as string}
            search={{ node } as never}
            variant="default"
            size="xs"
            leftSection={<IconBinaryTree2 size={16} stroke={1.75} aria-hidden="true" />}
          >
            {t('conversations.canvas')}
          </Button>
        )}
        <Close conversation={conversation} />
      </header>
      {conversation.handoff?.summary && (
        <aside className={css.summary} aria-label={t('handoff.summary')}>
          <b>{t('handoff.summary')}</b>
          <p>{conversation.handoff.summary}</p>
        </aside>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
      <div ref={scroller} className={css.transcript} tabIndex={0} role="log" aria-label={t('conversations.transcript')}>
        <div className={css.bubbles}>
          {shown.map(({ one, message, before }, index) => (
            <Fragment key={one.id}>
              {!(index > 0 && sameDay(shown[index - 1]!.one.at, one.at)) && (
                <span className={css.day}>{dayName(one.at, { locale: i18n.language, now }, days)}</span>
              )}
              <Said
                one={one}
                message={message}
                before={before && line(before, words)}
                quote={quoteOf(one)}
                onReply={replies && one.wamid && canQuote(one) ? () => setReplyTo(one.id) : undefined}
                ringed={turn !== undefined && one.turn === turn}
                onTurn={one.turn === null ? undefined : () => onTurn(one.turn!)}
              />
            </Fragment>
          ))}
          {conversation.status === 'ended' && (
            <span className={css.line}>{t(`ends.${conversation.end_reason ?? 'finished'}`)}</span>
          )}
        </div>
      </div>
      <Foot
        conversation={conversation}
        reply={replyTo && replied ? { id: replyTo, line: line(replied, words) } : undefined}
        onReplied={() => setReplyTo(undefined)}
      />
    </section>
  )
}

/** What is shown: a message as its writer left it. Changes stand with their message, when that is here. */
function readable(messages: ConversationMessage[]) {
  const ids = new Set(messages.map(one => one.id))
  const change = (one: ConversationMessage) => one.type === 'edit' || one.type === 'revoke'
  return messages
    .filter(one => !(change(one) && one.reply_to && ids.has(one.reply_to)))
    .map(one => {
      const first = fromContent(one.content)
      if (one.revoked_at) return { one, message: { type: 'revoke' } as Message }
      if (!one.edited?.content) return { one, message: first }
      return { one, message: fromContent(one.edited.content), before: first }
    })
}

/** Stays at the end while messages come, unless somebody reads further up. */
function useAtEnd(count: number) {
  const scroller = useRef<HTMLDivElement>(null)
  const seen = useRef(0)
  useLayoutEffect(() => {
    const box = scroller.current
    if (!box || seen.current === count) return
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < 240
    if (seen.current === 0 || near) box.scrollTop = box.scrollHeight
    seen.current = count
  }, [count])
  return scroller
}

/** Whether a message came long after it was written, so that its place in the transcript does not say when. */
const isLate = ({ at, written_at }: ConversationMessage) =>
  Boolean(written_at) && Math.abs(Date.parse(at) - Date.parse(written_at!)) > 120_000

/** Reactions and notes are no messages that could be quoted. */
const canQuote = ({ type }: ConversationMessage) =>
  !['reaction', 'system', 'edit', 'revoke', 'request_welcome'].includes(type)

const ticks: Partial<Record<MessageStatus, TickState>> = {
  queued: 'queued',
  held: 'queued',
  sending: 'queued',
  accepted: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
}

interface SaidProps {
  one: ConversationMessage
  message: Message
  /** What it said before its writer changed it. */
  before?: string
  quote?: string
  ringed: boolean
  onTurn?: () => void
  onReply?: () => void
}

/** One message. A click anywhere on it shows its turn; the time is the button for the keyboard. */
function Said({ one, message, before, quote, ringed, onTurn, onReply }: SaidProps) {
  const { t, i18n } = useTranslation('app')
  const { t: words } = useTranslation('messages')
  const { t: talk } = useTranslation('talk')
  const time = clockTime(one.at, i18n.language)
  const tick = one.direction === 'out' ? ticks[one.status] : undefined
  const surface = useMemo(() => ({ place: 'transcript' as const, chosen: one.chosen }), [one.chosen])
  const said = tick ? `${t(`statuses.${one.status}`)} ${time}` : time
  const click = (event: MouseEvent) => {
    if (!(event.target as Element).closest('a, button, input, audio, video')) onTurn?.()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button in it does the same.
    <div className={css.slot} onClick={click} data-message={one.id} data-turn={one.turn ?? undefined}>
      <span className="vh">{t(`authors.${one.author}`)}</span>
      <SurfaceContext value={surface}>
        <Bubble
          message={message}
          side={one.direction === 'in' ? 'left' : 'right'}
          person={one.author === 'person'}
          above={isMarked(one) ? <Marks {...one} /> : undefined}
          quote={quote}
          metaBelow
          className={`${css.bubble} ${ringed ? css.ringed : ''}`}
          meta={
            <>
              {onTurn ? (
                <button
                  type="button"
                  className={css.when}
                  aria-pressed={ringed}
                  title={exactTime(one.at, i18n.language)}
                  onClick={onTurn}
                >
                  {said}
                  <span className="vh">, {t('conversations.show_turn', { no: one.turn })}</span>
                </button>
              ) : (
                said
              )}
              {isLate(one) && (
                <span className={css.written}>
                  {t('conversations.written_at', { at: exactTime(one.written_at!, i18n.language) })}
                </span>
              )}
              {tick && <Ticks state={tick} silent />}
              {onReply && (
                <button
                  type="button"
                  className={css.reply}
                  aria-label={talk('reply')}
                  title={talk('reply')}
                  onClick={onReply}
                >
                  <IconArrowBackUp size={14} stroke={1.75} aria-hidden="true" />
                </button>
              )}
            </>
          }
        >
          {before !== undefined && (
            <small className={css.before}>
              {words('edited')}. {words('before', { text: before })}
            </small>
          )}
          {(one.content as { standby?: boolean }).standby && <small className={css.before}>{words('standby')}</small>}
          {one.error && (
            <span className={css.reason}>
              {one.error.message.includes(String(one.error.code))
                ? one.error.message
                : `${one.error.message.replace(/\.$/, '')} (${one.error.code}).`}
            </span>
          )}
        </Bubble>
      </SurfaceContext>
    </div>
  )
}
