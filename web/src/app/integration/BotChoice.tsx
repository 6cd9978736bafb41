import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { bots } from '../../api/queries'
import { Choices, FieldError } from '../parts/Fields'
import type { Wrong } from '../parts/form'
import { Loading } from '../parts/States'

/** The bots that can answer; those that cannot say what is missing. */
export function BotChoice({ value, onChange, wrong }: { value: string; onChange: (id: string) => void; wrong: Wrong }) {
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
      <FieldError>{wrong['/bot_id']}</FieldError>
    </div>
  )
}
