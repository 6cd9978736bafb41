import type { ReactNode } from 'react'
import { kindOf } from './index'
import type { Message } from './message'
import css from './messages.module.css'

interface Props {
  message: Message
  side: 'left' | 'right'
  person?: boolean
  /** Where it comes from and what it is about. */
  above?: ReactNode
  /** What the message answers, as one line. */
  quote?: string
  reaction?: string | null
  /** Time and ticks. */
  meta: ReactNode
  /** The time on a line of its own, below everything, instead of in the last line of the text. */
  metaBelow?: boolean
  children?: ReactNode
  className?: string
}

/** One message: what it answers, what it says, when, and what can be tapped. */
export function Bubble({
  message,
  side,
  person,
  above,
  quote,
  reaction,
  meta,
  metaBelow,
  children,
  className = '',
}: Props) {
  const { Body, Actions, wide } = kindOf(message)
  const look = [css.bubble, css[side], wide && css.wide, person && css.person, reaction && css.reacted, className]
  return (
    <div className={look.filter(Boolean).join(' ')}>
      {above}
      {quote && <span className={css.quote}>{quote}</span>}
      <Body message={message as never} />
      {!metaBelow && <span className={css.meta}>{meta}</span>}
      {Actions && <Actions message={message as never} />}
      {metaBelow && <span className={css.below}>{meta}</span>}
      {reaction && <span className={css.reaction}>{reaction}</span>}
      {children}
    </div>
  )
}
