import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { phoneNumber } from '../../words/names'
import { Ago } from '../ui/Ago'
import { contactName } from '../ui/names'
import { UserId } from '../ui/UserId'
import css from './Conversations.module.css'

/** Who writes, on which number, to which bot. */
export function Contact({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('app')
  const { contact, integration, bot } = conversation
  const facts: [string, ReactNode][] = [
    [
      t('contact.name'),
      <Link key="c" to="/contacts/$id" params={{ id: contact.id }}>
        {contactName(contact)}
      </Link>,
    ],
    [t('contact.phone'), contact.phone ? phoneNumber(contact.phone) : t('contact.hidden')],
    ...(contact.username ? [[t('contact.username'), `@${contact.username}`] as [string, ReactNode]] : []),
    ...(contact.user_id
      ? [[t('contact.user_id'), <UserId key="u" id={contact.user_id} />] as [string, ReactNode]]
      : []),
    [
      t('contact.integration'),
      <Link key="i" to="/integrations/$id" params={{ id: integration.id }}>
        {integration.name ?? integration.id}
      </Link>,
    ],
    [
      t('contact.bot'),
      <Link key="b" to="/bots/$id" params={{ id: bot.id }} search={{ version: bot.version }}>
        {t('integration.bot', bot)}
      </Link>,
    ],
    [t('contact.started'), <Ago key="s" at={conversation.started_at} />],
    [t('contact.messages'), t('contact.counts', { messages: conversation.messages, turns: conversation.turns })],
  ]
  return (
    <div className={css.traceBody}>
      <dl className={`${css.facts} prose`}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
