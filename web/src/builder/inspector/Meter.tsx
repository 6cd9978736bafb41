import { useTranslation } from 'react-i18next'
import { hasPlaces, leastLength } from '../doc/variables'
import css from './inspector.module.css'

/** How much of WhatsApp's longest length is used. Amber from 90 %, red when over. */
export function Meter({ text, limit, bar }: { text: string; limit: number; bar?: boolean }) {
  const { t, i18n } = useTranslation('builder')
  const length = leastLength(text)
  const look = length > limit ? css.over : length >= limit * 0.9 ? css.near : ''
  const number = (value: number) => value.toLocaleString(i18n.language)
  return (
    <span className={`${css.meter} ${look}`} title={hasPlaces(text) ? t('meter.variables') : undefined}>
      {bar && (
        <i aria-hidden="true">
          <b style={{ width: `${Math.min(100, (length / limit) * 100)}%` }} />
        </i>
      )}
      {t('meter.of', { length: number(length), limit: number(limit) })}
    </span>
  )
}
