import { Button, PasswordInput, TextInput } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { entered, whoIs } from '../../api/session'
import { Mark } from '../../look/Mark'
import { languages, speak } from '../../words/start'
import { Ground } from '../entrance/Ground'
import { useTitle } from '../parts/PageHead'
import { useReason } from '../parts/States'
import css from './LogIn.module.css'

const route = getRouteApi('/login')

export function LogIn() {
  const { t, i18n } = useTranslation('app')
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
  const wrong = logIn.error instanceof ApiError && (logIn.error.status === 401 || logIn.error.status === 422)
  const other = i18n.language === 'de' ? 'en' : 'de'

  return (
    <main className={css.page}>
      <div className={css.brand}>
        <Mark size={40} />
        <span>Chasqui</span>
      </div>
      <form
        className={css.card}
        onSubmit={event => {
          event.preventDefault()
          const fields = new FormData(event.currentTarget)
          logIn.mutate({ email: String(fields.get('email')).trim(), password: String(fields.get('password')) })
        }}
      >
        <h1>{t('login.title')}</h1>
        {logIn.isError && (
          <p className={css.wrong} role="alert" id="login-wrong">
            <IconAlertOctagon size={18} stroke={1.75} aria-hidden="true" />
            {wrong ? t('login.wrong') : reason(logIn.error)}
          </p>
        )}
        <TextInput
          name="email"
          type="email"
          label={t('login.email')}
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          aria-describedby={logIn.isError ? 'login-wrong' : undefined}
        />
        <PasswordInput
          ref={password}
          name="password"
          label={t('login.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          aria-describedby={logIn.isError ? 'login-wrong' : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        />
        <Button type="submit" fullWidth loading={logIn.isPending}>
          {t('login.submit')}
        </Button>
        <Link to={'/reset' as string} style={{ fontSize: 13, textAlign: 'center' }}>
          {t('login.forgot')}
        </Link>
      </form>
      <button type="button" className={css.language} lang={other} onClick={() => void speak(other)}>
        {languages[other]}
      </button>
      <Ground />
    </main>
  )
}
