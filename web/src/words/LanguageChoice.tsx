import { useTranslation } from 'react-i18next'
import { type Language, languages, speak } from './start'

/** The languages of the pages, each under its own name. */
export function LanguageChoice({ className, label }: { className?: string; label: string }) {
  const { i18n } = useTranslation()
  return (
    <select
      className={className}
      aria-label={label}
      value={i18n.language}
      onChange={event => void speak(event.currentTarget.value as Language)}
    >
      {Object.entries(languages).map(([key, name]) => (
        <option key={key} value={key} lang={key}>
          {name}
        </option>
      ))}
    </select>
  )
}
