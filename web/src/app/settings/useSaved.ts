import { useTranslation } from 'react-i18next'
import { date } from '../../words/time'
import { useNow } from '../ui/now'

/** "Saved 3 March", for a secret that is kept. */
export function useSaved() {
  const { t, i18n } = useTranslation('people')
  const now = useNow()
  return (at: string) => t('connections.secret_saved', { date: date(at, { locale: i18n.language, now }) })
}
