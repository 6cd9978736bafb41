import { IconArrowBackUp, IconMoodSmile } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Bubble } from '../messages/Bubble'
import type { Json } from '../messages/json'
import type { Message, Of } from '../messages/message'
import { type Surface, SurfaceContext } from '../messages/surface'
import { type TickState, Ticks } from '../messages/Ticks'
import { clockTime, exactTime } from '../words/time'
import css from './ChatView.module.css'
import type { ChatItem } from './sim'

interface Props {
  item: ChatItem
  message: Message
  name: string
  quote?: string
  onAnswer: (message: Json) => void
  onReact: (emoji: string) => void
  onList: (list: Of<'list'>) => void
  onPlaces: () => void
  onQuote: () => void
}

const ticks: Record<ChatItem['status'], TickState> = {
  pending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
}
const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏']

/** One bubble in the chat, and what can be done with it. */
export function Line({ item, message, name, quote, onAnswer, onReact, onList, onPlaces, onQuote }: Props) {
  const { t, i18n } = useTranslation('phone')
  const [picking, setPicking] = useState(false)
  const own = item.direction === 'in'
  const surface = useMemo<Surface>(
    () => ({ place: 'phone', answer: onAnswer, openList: onList, openPlaces: onPlaces }),
    [onAnswer, onList, onPlaces],
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a long press opens what the button opens.
    <div
      className={css.line}
      data-message={item.id}
      data-from={own ? 'customer' : 'business'}
      onContextMenu={event => {
        if (own || (event.nativeEvent as PointerEvent).pointerType !== 'touch') return
        event.preventDefault()
        setPicking(true)
      }}
    >
      <span className="vh">{own ? t('own') : t('business', { name })}</span>
      <SurfaceContext value={surface}>
        <Bubble
          message={message}
          side={own ? 'right' : 'left'}
          quote={quote}
          reaction={item.reaction}
          meta={
            <>
              {item.revoked ? `${t('revoked')} · ` : item.edited && `${t('edited')} · `}
              <time dateTime={item.at} title={exactTime(item.at, i18n.language)}>
                {clockTime(item.at, i18n.language)}
              </time>
              {own && <Ticks state={item.id.startsWith('draft') ? 'queued' : ticks[item.status]} />}
            </>
          }
        />
      </SurfaceContext>
      {!own && (
        <Tools
          open={picking}
          setOpen={setPicking}
          chosen={item.reaction}
          onQuote={onQuote}
          onReact={emoji => onReact(emoji === item.reaction ? '' : emoji)}
        />
      )}
    </div>
  )
}

interface ToolsProps {
  open: boolean
  setOpen: (open: boolean) => void
  chosen: string | null
  onReact: (emoji: string) => void
  onQuote: () => void
}

/** React and reply; shown when the bubble is pointed at or reached with the keyboard. */
function Tools({ open, setOpen, chosen, onReact, onQuote }: ToolsProps) {
  const { t } = useTranslation('phone')
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    box.current?.scrollIntoView({ block: 'nearest' })
    const away = (event: PointerEvent) => !box.current?.contains(event.target as Node) && setOpen(false)
    addEventListener('pointerdown', away)
    return () => removeEventListener('pointerdown', away)
  }, [open, setOpen])
  const then = (act: () => void) => () => {
    setOpen(false)
    act()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes, the button opens.
    <div
      ref={box}
      className={css.tools}
      data-open={open || undefined}
      onKeyDown={event => event.key === 'Escape' && setOpen(false)}
    >
      <button type="button" aria-label={t('react')} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconMoodSmile size={18} stroke={1.75} aria-hidden="true" />
      </button>
      {open && (
        <div className={css.picker}>
          {emojis.map(emoji => (
            <button
              key={emoji}
              type="button"
              aria-label={t('react_with', { emoji })}
              aria-pressed={emoji === chosen}
              onClick={then(() => onReact(emoji))}
            >
              {emoji}
            </button>
          ))}
          <button type="button" aria-label={t('reply')} onClick={then(onQuote)}>
            <IconArrowBackUp size={18} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
    </div>
  )
}
