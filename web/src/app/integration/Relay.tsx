import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { Knot, type KnotState } from '../../look/Cord'
import { useAgo } from '../ui/now'
import css from './Integration.module.css'

type Step = 'writes' | 'delivers' | 'accepts' | 'answers' | 'leaves'

interface Knotted {
  step: Step
  state: KnotState
  said: string
  /** The baton is dropped after this knot. */
  broken?: boolean
}

/** The way of a message: five knots, and the cord breaks where the message does. */
export function Relay({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const steps = useSteps(one)
  return (
    <ol className={`${css.relay} ${one.active ? '' : css.idle}`} aria-label={t('relay.title')}>
      {steps.map(({ step, state, said, broken }, index) => {
        const quiet = state === 'plain' || steps[index + 1]?.state === 'plain' || state === 'live'
        return (
          <li key={step} className={broken ? css.broken : quiet ? css.quiet : ''}>
            <Knot state={state} />
            <div className={`${css.step} ${state === 'fail' ? css.stepFail : ''}`}>{t(`relay.${step}`)}</div>
            <div className={css.stepSecond}>{said}</div>
          </li>
        )
      })}
    </ol>
  )
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: its cases belong together.
function useSteps(one: Integration): Knotted[] {
  const { t } = useTranslation('app')
  const ago = useAgo()
  const { verified_at, last_delivery_at, state: delivers } = one.webhook
  const away = delivers === 'elsewhere' || delivers === 'nowhere'
  const reached = last_delivery_at !== null || one.messages_24h > 0
  const failing = one.active && one.health === 'failing'
  const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1)
  return [
    {
      step: 'writes',
      state: reached ? 'ok' : 'plain',
      said: t('relay.messages', { count: one.active ? one.messages_24h : one.ignored_24h }),
    },
    {
      step: 'delivers',
      state: away ? 'warn' : last_delivery_at ? 'ok' : 'live',
      said: away
        ? t(`integration.delivers.${delivers}`)
        : last_delivery_at
          ? t('relay.last', { when: lower(ago(last_delivery_at).words) })
          : t(verified_at ? 'relay.nothing' : 'relay.waiting'),
    },
    {
      step: 'accepts',
      state: reached ? 'ok' : 'plain',
      said: one.active ? t('relay.stored') : t('relay.ignored'),
      broken: !one.active,
    },
    {
      step: 'answers',
      state: !one.active || !reached ? 'plain' : one.bot?.name ? 'ok' : 'fail',
      said: one.bot?.name ? t('integration.bot', one.bot) : t('integrations.no_bot'),
      broken: failing,
    },
    {
      step: 'leaves',
      state: failing ? 'fail' : !one.active || !reached ? 'plain' : one.health === 'warning' ? 'warn' : 'ok',
      said: one.held > 0 ? t('relay.held', { count: one.held }) : t('relay.errors', { count: one.errors_24h }),
    },
  ]
}
