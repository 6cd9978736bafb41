import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bots } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Choices, errorOf } from '../ui/Fields'
import type { Wrong } from '../ui/form'
import css from '../ui/form.module.css'
import { Loading } from '../ui/States'

interface Props {
  value: string
  onChange: (id: string) => void
  wrong: Wrong
}

/** The bots that can answer; those that cannot say what is missing. */
export function BotChoice({ value, onChange, wrong }: Props) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const { data } = useQuery(bots)
  if (!data) return <Loading rows={2} />
  if (data.length === 0) {
    return (
      <div>
        <p>{t('new.no_bots')}</p>
        <Button component={Link} to={'/bots' as string} mt="sm">
          {t('new.to_bots')}
        </Button>
      </div>
    )
  }
  return (
    <div data-field="/bot_id">
      <Choices
        name="bot"
        legend={t('fields.bot')}
        value={value}
        onChange={onChange}
        items={data.map(bot => ({
          value: bot.id,
          title: bot.name,
          disabled: bot.version === null,
          text:
            bot.version === null ? (
              <>
                {t('new.unpublished')}.{' '}
                <Link to="/bots/$id" params={{ id: bot.id }}>
                  {t('new.publish_first')}
                </Link>
              </>
            ) : (
              app('version', { version: bot.version })
            ),
        }))}
      />
      {errorOf(wrong, '/bot_id')}
    </div>
  )
}

/** The bot that answers, and the choice of another one once that is asked for. */
export function BotField({ saved, ...rest }: Props & { saved: Integration }) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const [asked, setAsked] = useState(false)
  if (asked || rest.value !== saved.bot.id || rest.wrong['/bot_id']) return <BotChoice {...rest} />
  return (
    <div data-field="/bot_id">
      <div className={css.label}>{t('fields.bot')}</div>
      <div className={css.chosen}>
        <div className="grow">
          <b>{saved.bot.name}</b>
          <span>{app('version', { version: saved.bot.version })}</span>
        </div>
        <Button variant="default" size="xs" onClick={() => setAsked(true)}>
          {t('fields.bot_change')}
        </Button>
      </div>
    </div>
  )
}
