import { useTranslation } from 'react-i18next'
import { Knot } from '../../look/Cord'
import css from './FirstRun.module.css'

const steps = ['account', 'bot', 'try'] as const
export type FirstStep = (typeof steps)[number]

/** The three knots from nothing to a bot that answers. */
export function FirstRun({ step }: { step: FirstStep }) {
  const { t } = useTranslation('people')
  const at = steps.indexOf(step)
  return (
    <ol className={css.steps} aria-label={t('first.title')}>
      {steps.map((one, index) => (
        <li key={one} aria-current={index === at ? 'step' : undefined} className={index < at ? css.done : ''}>
          <Knot state={index < at ? 'ok' : index === at ? 'live' : 'plain'} />
          <span>{t(`first.steps.${one}`)}</span>
        </li>
      ))}
    </ol>
  )
}
