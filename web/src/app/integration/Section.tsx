import type { Integration, Settings } from '../../api/types'
import type { Wrong } from '../ui/form'
import css from '../ui/form.module.css'

export interface SettingsProps {
  value: Settings
  onChange: (value: Settings) => void
  wrong: Wrong
  judge: (pointer: string, message: string | undefined) => void
  /** The integration, once there is one: its templates and its number's country. */
  id?: string
  /** The number, as Meta shows it: of its country are numbers without a country code. */
  like?: string
  /** The time zone that its bots have, and where it is from. */
  zone?: Integration['time_zone']
}

/** Settings that belong together. Changing one of them judges all of them anew. */
export function Section(props: { title: string; pointer?: string; text?: string; children: React.ReactNode }) {
  const { title, pointer, text, children } = props
  return (
    <section className={css.section} data-field={pointer}>
      <header>
        <h2>{title}</h2>
        {text && <p>{text}</p>}
      </header>
      {children}
    </section>
  )
}
