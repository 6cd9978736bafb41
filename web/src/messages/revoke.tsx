import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import css from './messages.module.css'

/** Its writer deleted a message. */
export const revoke: Kind<'revoke'> = {
  wire: ['revoke'],
  fromWire: () => ({}),
  fromContent: () => ({}),
  Body() {
    const { t } = useTranslation('messages')
    return <em className={css.dim}>{t('revoked')}</em>
  },
  line: (_, t) => t('revoked'),
}
