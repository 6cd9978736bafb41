import { Button } from '@mantine/core'
import { IconDeviceMobile, IconPlug } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { bots } from '../../api/queries'
import { Mark } from '../../look/Mark'
import { useMe } from '../shell/session'
import { useTitle } from '../ui/PageHead'
import { Loading, useReason } from '../ui/States'
import { FirstRun } from './FirstRun'
import css from './FirstRun.module.css'
import { Ground } from './Ground'
import page from './LogIn.module.css'

/** After the first account: a bot to begin with, and where to try it. */
export function Welcome() {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const reason = useReason()
  useTitle(t('first.title'))
  const starters = useQuery({
    queryKey: ['starters'],
    queryFn: async () => (await unwrap(api.GET('/api/v1/bots/starters'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const take = useMutation({
    mutationFn: async (id: string) => {
      const made = await unwrap(api.POST('/api/v1/bots/starters/{id}', { params: { path: { id } } }))
      await unwrap(api.POST('/api/v1/bots/{id}/publish', { params: { path: { id: made.id } } }))
      return made
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: bots.queryKey }),
  })
  return (
    <main className={page.page}>
      <div className={page.brand}>
        <Mark size={40} />
        <span>Chasqui</span>
      </div>
      <FirstRun step={take.isSuccess ? 'try' : 'bot'} />
      <div className={css.wide}>
        {take.isSuccess ? (
          <Try bot={take.data} />
        ) : (
          <>
            <div className={css.head}>
              <h1>{t('first.bot')}</h1>
              <p>{t('first.bot_text')}</p>
            </div>
            {take.error && (
              <p role="alert" className={css.error}>
                {reason(take.error)}
              </p>
            )}
            {!starters.data && !starters.error && <Loading rows={3} />}
            <div className={css.choices}>
              {starters.data?.map(one => (
                <button
                  key={one.id}
                  type="button"
                  className={css.starter}
                  disabled={take.isPending}
                  onClick={() => take.mutate(one.id)}
                >
                  <b>{one.name}</b>
                  <span>{one.about}</span>
                </button>
              ))}
            </div>
            <div className={css.foot}>
              <Button component={Link} to={'/bots' as string} variant="subtle">
                {t('first.without')}
              </Button>
            </div>
          </>
        )}
      </div>
      <Ground />
    </main>
  )
}

function Try({ bot }: { bot: { id: string; name: string } }) {
  const { t } = useTranslation('people')
  const { installation } = useMe()
  return (
    <>
      <div className={css.head}>
        <h1>{t('first.ready', { name: bot.name })}</h1>
        <p>{t('first.ready_text')}</p>
      </div>
      <div className={css.foot}>
        <Button
          component={Link}
          to={`/bots/${bot.id}` as string}
          leftSection={<IconDeviceMobile size={16} stroke={1.75} aria-hidden="true" />}
        >
          {t('first.try')}
        </Button>
        <Button
          component={Link}
          to={'/integrations/new' as string}
          variant="default"
          leftSection={<IconPlug size={16} stroke={1.75} aria-hidden="true" />}
        >
          {t('first.connect')}
        </Button>
        {installation.phone_url && (
          <Button component="a" href={installation.phone_url} target="_blank" rel="noopener" variant="subtle">
            {t('first.phone')}
          </Button>
        )}
      </div>
    </>
  )
}
