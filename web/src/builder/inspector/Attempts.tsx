import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Area, Fold, Numb, useField } from './fields'

/** What happens when an answer does not fit. */
export function Attempts() {
  const { t } = useTranslation('builder')
  const [message] = useField<string>('invalid_message')
  const [attempts] = useField<number>('max_attempts')
  return (
    <Fold title={t('fields.not_fitting')} open={message !== undefined || attempts !== undefined}>
      <Area path="invalid_message" label={t('fields.invalid_message')} limit={limit.text} rows={2} optional />
      <Numb
        path="max_attempts"
        label={t('fields.max_attempts')}
        help={t('fields.max_attempts_help')}
        optional
        least={0}
      />
    </Fold>
  )
}
