import { useTranslation } from 'react-i18next'
import { type Json, object, text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

export const flow_reply: Kind<'flow_reply'> = {
  wire: ['interactive/nfm_reply'],
  fromWire: part => ({ body: text(part.body), answers: parsed(part.response_json) }),
  fromContent: content => ({ body: text(content.body), answers: answered(content.response ?? content.answers) }),
  Body({ message }) {
    const { t } = useTranslation('messages')
    const answers = Object.entries(message.answers).filter(([key]) => key !== 'flow_token')
    return (
      <>
        {t('form_sent')}
        {answers.map(([key, value]) => (
          <small key={key} className={css.footer}>
            {key}: {typeof value === 'object' ? JSON.stringify(value) : String(value)}
          </small>
        ))}
      </>
    )
  },
  line: (_, t) => t('form_sent'),
}

/** Answers that are no object are shown as they came. */
const answered = (value: unknown): Json =>
  value === null || value === undefined || typeof value === 'object' ? object(value) : { '–': value }

/** The answers are a string that should hold JSON. */
function parsed(source: unknown): Json {
  try {
    return object(JSON.parse(text(source)))
  } catch {
    return {}
  }
}
