import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Said } from '../../api/bots'
import { fromContent } from '../../messages'
import { Bubble } from '../../messages/Bubble'
import type { Json } from '../../messages/json'
import type { Of } from '../../messages/message'
import { type Surface, SurfaceContext } from '../../messages/surface'
import { Ticks } from '../../messages/Ticks'
import { useDesk, useWork } from '../context'
import { useNodeName } from '../parts/names'
import { answerOf } from './answer'
import { span } from './span'
import css from './Test.module.css'

interface Props {
  log: Said[]
  busy: boolean
  ended: boolean
  onAnswer: (step: Record<string, unknown>) => void
  onList: (list: Of<'list'>) => void
  onPlaces: () => void
}

/** The bubbles, drawn by the same parts as on the simulator's phone, with what happened between them. */
export function Chat({ log, busy, ended, onAnswer, onList, onPlaces }: Props) {
  const { t } = useTranslation('builder')
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (log.length >= 0 && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [log])
  useEffect(() => {
    const inner = box.current?.firstElementChild
    if (!inner) return
    const watcher = new ResizeObserver(() => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight
    })
    watcher.observe(inner)
    return () => watcher.disconnect()
  }, [])
  const surface = useMemo<Surface>(
    () => ({
      place: 'phone',
      answer: (message: Json) => onAnswer(answerOf(message)),
      openList: onList,
      openPlaces: onPlaces,
    }),
    [onAnswer, onList, onPlaces],
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <div className={css.chat} ref={box} tabIndex={0} role="log" aria-live="polite" aria-label={t('test.chat')}>
      <div className={css.bubbles}>
        {log.length === 0 && !busy && <p className={css.hint}>{t('test.hint')}</p>}
        <SurfaceContext value={surface}>
          {log.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows.
            <Entry key={index} one={one} />
          ))}
        </SurfaceContext>
        {ended && <p className={css.event}>{t('test.ended')}</p>}
      </div>
    </div>
  )
}

function Entry({ one }: { one: Said }) {
  const { t, i18n } = useTranslation('builder')
  const { desk } = useWork()
  const name = useNodeName()
  const node = useDesk(state => ('node' in one && one.node ? state.doc.nodes[one.node] : undefined))
  switch (one.kind) {
    case 'heard':
    case 'said': {
      const own = one.kind === 'heard'
      const at = new Date(one.at).toLocaleTimeString(i18n.language, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZone: 'UTC',
      })
      return (
        // biome-ignore lint/a11y/noStaticElementInteractions: the canvas shows the same node without it.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the canvas shows the same node without it.
        <div
          className={css.said}
          data-from={own ? 'contact' : 'bot'}
          onClick={event => {
            if (node && !(event.target as Element).closest('button, a')) desk.getState().select([node.id])
          }}
        >
          <span className="vh">{own ? t('test.you') : t('test.bot')}</span>
          <Bubble
            message={fromContent(one.content)}
            side={own ? 'right' : 'left'}
            meta={
              <>
                <time>{at}</time>
                {own && <Ticks state="read" silent />}
              </>
            }
          />
        </div>
      )
    }
    case 'answered':
      return (
        <p className={css.event}>
          {t(one.how === 'real' ? 'test.called' : 'test.called_canned', {
            node: node ? name(node) : one.node,
            result: one.result,
          })}
        </p>
      )
    case 'noticed':
      return <p className={`${css.event} ${css.warned}`}>{one.message}</p>
    case 'passed':
      return <p className={css.event}>{t('test.passed', { time: span(one.seconds) })}</p>
    case 'turn': {
      const troubles = (one.trace.visits ?? []).flatMap(visit => visit.warnings ?? [])
      if (troubles.length === 0) return null
      return (
        <div className={`${css.event} ${css.warned}`}>
          {troubles.map(trouble => (
            <p key={trouble}>{trouble}</p>
          ))}
        </div>
      )
    }
    case 'called':
    case 'handed_back':
      return null
  }
}
