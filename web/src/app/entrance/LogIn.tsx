import { Button } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { entered, whoIs } from '../../api/session'
import { Mark } from '../../look/Mark'
import { LanguageChoice } from '../../words/LanguageChoice'
import { useTitle } from '../ui/PageHead'
import { useReason } from '../ui/States'
import { Ground } from './Ground'
import css from './LogIn.module.css'
import { isWrongLogIn, LogInFields, typedInto } from './LogInFields'

const route = getRouteApi('/login')

export function LogIn() {
  const { t } = useTranslation('app')
  const { next } = route.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const reason = useReason()
  const password = useRef<HTMLInputElement>(null)
  useTitle(t('login.title'))

  const logIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => unwrap(api.POST('/api/v1/session', { body })),
    onSuccess: async session => {
      queries.clear()
      queries.setQueryData(me.queryKey, session)
      entered(whoIs(session))
      await router.navigate({ href: next ?? '/integrations', replace: true })
    },
    onError: () => password.current?.select(),
  })

  return (
    <main className={css.page}>
      <div className={css.brand}>
        <Mark size={40} />
        <span>Chasqui</span>
      </div>
      <form className={css.card} onSubmit={event => logIn.mutate(typedInto(event))}>
        <h1>{t('login.title')}</h1>
        {logIn.isError && (
          <p className={css.wrong} role="alert" id="login-wrong">
            <IconAlertOctagon size={18} stroke={1.75} aria-hidden="true" />
            {isWrongLogIn(logIn.error) ? t('login.wrong') : reason(logIn.error)}
          </p>
        )}
        <LogInFields password={password} wrong={logIn.isError ? 'login-wrong' : undefined} />
        <Button type="submit" fullWidth loading={logIn.isPending}>
          {t('login.submit')}
        </Button>
        <Link to={'/reset' as string} style={{ fontSize: 13, textAlign: 'center' }}>
          {t('login.forgot')}
        </Link>
      </form>
      <LanguageChoice className={css.language} label={t('language')} />
      <Ground />
    </main>
  )
}
