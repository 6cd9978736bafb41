import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconClock,
  IconFlag,
  IconUser,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { definition } from '../../api/queries'
import type { Call, Conversation, Turn, Visit } from '../../api/types'
import { Cord, Knot } from '../../look/Cord'
import { clockTime, date, sameDay } from '../../words/time'
import { contactName } from '../ui/names'
import { useNow } from '../ui/now'
import { useReason } from '../ui/States'
import css from './Conversations.module.css'
import { componentLook, took } from './trace'
import { Variables } from './Variables'

interface Props {
  conversation: Conversation
  turns: Turn[]
  turn?: Turn
  error: unknown
}

/** One turn's way through the bot, node by node. */
export function Trace({ conversation, turns, turn, error }: Props) {
  const { t } = useTranslation('app')
  const reason = useReason()
  if (!turn) {
    return (
      <div className={css.traceBody}>
        <p className={css.none}>{error ? reason(error) : t('trace.none')}</p>
      </div>
    )
  }
  const last = turn.no === turns.at(-1)?.no
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <div className={css.traceBody} tabIndex={0}>
      <Cord className={css.trace} label={t('trace.title')}>
        {turn.visits.map((visit, index) => (
          <VisitKnot
            // biome-ignore lint/suspicious/noArrayIndexKey: a node may be visited twice, and visits never move.
            key={index}
            visit={visit}
            bot={conversation.bot}
            calls={turn.calls.filter(call => call.node === visit.node && firstVisit(turn.visits, visit) === index)}
          />
        ))}
        {last && <Now conversation={conversation} />}
      </Cord>
      <Variables conversation={conversation} turns={turns} turn={turn} />
    </div>
  )
}

const firstVisit = (visits: Visit[], visit: Visit) => visits.findIndex(one => one.node === visit.node)

function VisitKnot({ visit, calls, bot }: { visit: Visit; calls: Call[]; bot: Conversation['bot'] }) {
  const { t, i18n } = useTranslation('app')
  const label = useOptionLabel(bot, visit)
  const [family, icon] = componentLook(visit.component)
  const ms = calls.reduce((sum, call) => sum + (call.duration_ms ?? 0), 0)
  return (
    <li>
      <Knot family={family} icon={icon} />
      <div className={css.node}>
        <b>{visit.label || visit.node}</b>
        {ms > 0 && <span>{took(ms * 1000, i18n.language)}</span>}
      </div>
      {visit.detail && <div className={css.detail}>{coded(visit.detail)}</div>}
      {calls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls have no id and never move.
        <Effect key={index} call={call} />
      ))}
      {visit.warnings.map(warning => (
        <div key={warning} className={css.warning}>
          <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
          <span>
            {coded(warning)}{' '}
            <Link to="/bots/$id" params={{ id: bot.id }} search={{ node: visit.node }}>
              {t('trace.open_node')}
            </Link>
          </span>
        </div>
      ))}
      {visit.error && (
        <div className={css.error}>
          <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
          <span>{coded(visit.error)}</span>
        </div>
      )}
      {visit.port && (
        <div className={css.detail}>
          <span className={`${css.port} ${visit.port === 'error' ? css.portError : ''}`}>
            <IconChevronRight size={14} stroke={2} aria-hidden="true" />
            {portWords(visit.port)}
          </span>
        </div>
      )}
    </li>
  )

  function portWords(port: string) {
    const [kind = '', rest = ''] = port.split(/:(.*)/)
    const known = ['next', 'back', 'skip', 'error', 'fallback', 'default', 'true', 'false', 'not_found'] as const
    const plain = known.find(one => one === kind)
    if (plain) return t(`ports.${plain}`)
    if (kind === 'option' && label) return label
    if (kind === 'option' || kind === 'status' || kind === 'case') return t(`ports.${kind}`, { value: rest })
    return port
  }
}

interface Option {
  id: string
  label: string
}
interface Node {
  id: string
  buttons?: Option[]
  options?: Option[]
  sections?: { options?: Option[] }[]
}

/** What stands on the button or row that was tapped, in the version that ran. */
function useOptionLabel(bot: Conversation['bot'], { node, port }: Visit) {
  const wanted = port?.startsWith('option:') ? port.slice('option:'.length) : undefined
  const { data } = useQuery({
    ...definition(bot.id, bot.version),
    enabled: wanted !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const found = (data as { nodes?: Node[] } | undefined)?.nodes?.find(({ id }) => id === node)
  const options = [
    ...(found?.buttons ?? []),
    ...(found?.options ?? []),
    ...(found?.sections ?? []).flatMap(section => section.options ?? []),
  ]
  return options.find(({ id }) => id === wanted)?.label
}

/** The engine puts names between backticks. */
function coded(text: string): ReactNode {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move.
      <code key={index} className={css.coded}>
        {part}
      </code>
    ),
  )
}

function Effect({ call }: { call: Call }) {
  const { t } = useTranslation('app')
  const Icon = call.status === 'done' ? IconCircleCheck : call.status === 'failed' ? IconAlertOctagon : IconClock
  const color = call.status === 'done' ? 'var(--ok)' : call.status === 'failed' ? 'var(--fail)' : 'var(--muted)'
  return (
    <div className={css.effect}>
      <code>{call.summary}</code>
      <span className={css.result}>
        <Icon size={14} stroke={2} color={color} aria-hidden="true" />
        {call.result ?? t(`trace.calls.${call.status}`)}
      </span>
    </div>
  )
}

/** Where the conversation stands: waiting, with a person, or over. */
function Now({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation('app')
  const now = useNow()
  const name = contactName(conversation.contact).split(' ')[0]!
  const { status, end_reason, expires_at, ended_at } = conversation
  const when = (at: string) => {
    const time = clockTime(at, i18n.language)
    return sameDay(at, now) ? time : t('trace.date_time', { date: date(at, { locale: i18n.language, now }), time })
  }
  if (status === 'ended') {
    return (
      <li>
        <Knot icon={IconFlag} />
        <div className={css.node}>
          <b>{t(`ends.${end_reason ?? 'finished'}`)}</b>
        </div>
        {ended_at && <div className={css.detail}>{when(ended_at)}</div>}
      </li>
    )
  }
  const people = status === 'handed_off'
  return (
    <li>
      <Knot state="live" icon={people ? IconUser : IconClock} />
      <div className={css.node}>
        <b>{t(`trace.now.${status}`, { name })}</b>
      </div>
      {expires_at && !people && <div className={css.detail}>{t('trace.expires', { when: when(expires_at) })}</div>}
    </li>
  )
}
