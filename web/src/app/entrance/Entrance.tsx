import { IconAlertOctagon } from '@tabler/icons-react'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from '../../look/Mark'
import { LanguageChoice } from '../../words/LanguageChoice'
import { FirstRun, type FirstStep } from './FirstRun'
import { Ground } from './Ground'
import css from './LogIn.module.css'

interface Props {
  title: string
  text?: ReactNode
  wrong?: string | undefined
  /** What judges fields anew as they are typed in. */
  watch?: { onInput: (event: FormEvent) => void }
  onSubmit?: (fields: FormData) => void
  children?: ReactNode
  /** Where this stands among the steps of a first run. */
  step?: FirstStep
}

/** The id of what says what is wrong, for the fields that it is about. */
export const WRONG = 'entrance-wrong'

/** A card on the page's ground, before anybody is in. */
export function Entrance({ title, text, wrong, watch, onSubmit, children, step }: Props) {
  const { t } = useTranslation('app')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSubmit?.(new FormData(event.currentTarget))
  }
  return (
    <main className={css.page}>
      <div className={css.brand}>
        <Mark size={40} />
        <span>Chasqui</span>
      </div>
      {step && <FirstRun step={step} />}
      <form {...watch} className={css.card} onSubmit={submit}>
        <h1>{title}</h1>
        {text && <p className={css.text}>{text}</p>}
        {wrong && (
          <p className={css.wrong} role="alert" id={WRONG}>
            <IconAlertOctagon size={18} stroke={1.75} aria-hidden="true" />
            {wrong}
          </p>
        )}
        {children}
      </form>
      <LanguageChoice className={css.language} label={t('language')} />
      <Ground />
    </main>
  )
}
