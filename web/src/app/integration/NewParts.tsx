import { useTranslation } from 'react-i18next'
import { Cord, Knot } from '../../look/Cord'
import { Toggle } from '../ui/Fields'
import forms from '../ui/form.module.css'
import { type Draft, type Step, steps } from './draft'
import css from './New.module.css'

/** What was said in each step, in a few words. */
export type SaidSteps = Partial<Record<Step, string>>

interface CordProps {
  at: number
  furthest: number
  said: SaidSteps
  onGo: (step: Step) => void
}

/** The steps on a cord: what was filled in can be gone back to. */
export function StepCord({ at, furthest, said, onGo }: CordProps) {
  const { t } = useTranslation('care')
  return (
    <Cord className={css.cord} label={t('new.title')}>
      {steps.map((one, index) => (
        <li key={one}>
          <Knot state={index === at ? 'live' : index < furthest || index < at ? 'ok' : 'plain'} />
          <button
            type="button"
            className={css.step}
            disabled={index > furthest}
            aria-current={index === at ? 'step' : undefined}
            onClick={() => onGo(one)}
          >
            <b>{t(`new.steps.${one}`)}</b>
            {index < furthest && index !== at && said[one] && <span>{said[one]}</span>}
          </button>
        </li>
      ))}
    </Cord>
  )
}

interface ReviewProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  said: SaidSteps
  onEdit: (step: Step) => void
}

/** Everything that was said, and whether it begins at once. */
export function Review({ draft, change, said, onEdit }: ReviewProps) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  return (
    <>
      <dl className={forms.facts}>
        {(['type', 'name', 'bot', 'credentials', 'settings'] as const).map(one => (
          <div key={one}>
            <dt>{t(`new.steps.${one}`)}</dt>
            <dd className={css.reviewed}>
              <span className="grow">{said[one] ?? app('none')}</span>
              <button type="button" className={css.edit} onClick={() => onEdit(one)}>
                {t('new.edit')}
                <span className="vh">: {t(`new.steps.${one}`)}</span>
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <Toggle
        pointer="/active"
        label={t('new.active')}
        text={t('new.active_text')}
        checked={draft.active}
        onChange={active => change({ active })}
      />
    </>
  )
}
