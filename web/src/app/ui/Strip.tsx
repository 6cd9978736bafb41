import { useTranslation } from 'react-i18next'
import { clockTime } from '../../words/time'
import css from './Strip.module.css'

interface Hour {
  messages: number
  errors: number
}

const whole = 112
const first = 4
const top = 4
const longest = 21
const hour = 3_600_000

interface Props {
  hours: Hour[]
  idle?: boolean
  /** Off where the words beside it already say everything. */
  sentence?: boolean
  width?: number
}

/** Twenty-four strands on a cord, one an hour, scaled to this row; a red knot marks an hour with errors. */
export function Strip({ hours, idle, sentence = true, width = whole }: Props) {
  const words = useStripWords(hours, idle)
  const drawn = strands(hours, width)
  return (
    <svg
      className={`${css.strip} ${idle ? css.idle : ''}`}
      width={width}
      height={32}
      viewBox={`0 0 ${width} 32`}
      role={sentence ? 'img' : undefined}
      aria-label={sentence ? words : undefined}
      aria-hidden={!sentence}
    >
      {sentence && <title>{words}</title>}
      <path className={css.cord} d={`M1 3.5H${width - 1}`} />
      {/* All strands are one path: a list of them stays light. */}
      <path
        className={css.strand}
        d={drawn
          .filter(({ end }) => end > top)
          .map(({ x, end }) => `M${x} 4V${end}`)
          .join('')}
      />
      {drawn
        .filter(({ errors }) => errors)
        .map(({ x, end }) => (
          <circle key={x} className={css.knot} cx={x} cy={Math.max(end + 1.5, 9)} r="3" />
        ))}
    </svg>
  )
}

export function strands(hours: Hour[], width = whole) {
  const most = Math.max(1, ...hours.map(({ messages }) => messages))
  const step = hours.length > 1 ? (width - 2 * first) / (hours.length - 1) : 0
  return hours.map(({ messages, errors }, index) => ({
    x: Number((first + index * step).toFixed(1)),
    end: messages > 0 ? Number((top + 1 + (messages / most) * (longest - 1)).toFixed(1)) : top,
    errors: errors > 0,
  }))
}

/** The sentence that says what the strip shows. */
function useStripWords(hours: Hour[], idle?: boolean) {
  const { t, i18n } = useTranslation('app')
  const total = hours.reduce((sum, { messages }) => sum + messages, 0)
  const bad = hours.filter(({ errors }) => errors > 0).length
  if (total === 0) return t('strip.none')
  const most = hours.reduce((best, { messages }, index) => (messages > hours[best]!.messages ? index : best), 0)
  const at = new Date(Date.now() - (hours.length - 1 - most) * hour)
  at.setMinutes(0)
  const said = t(idle ? 'strip.ignored' : 'strip.messages', {
    count: total,
    at: clockTime(at.getTime(), i18n.language),
  })
  return bad > 0 ? `${said} ${t('strip.errors', { count: bad })}` : said
}
