import { useTranslation } from 'react-i18next'
import { clockTime, date } from '../../words/time'
import { useNow } from './now'

const moment = /\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g

/** What the server says in a sentence, with its times as people write them. */
export function Said({ text }: { text: string }) {
  const { i18n } = useTranslation('app')
  const now = useNow()
  return text.replace(moment, at =>
    at.includes('T')
      ? `${date(at, { locale: i18n.language, now })}, ${clockTime(at, i18n.language)}`
      : date(at, { locale: i18n.language, now }),
  )
}
