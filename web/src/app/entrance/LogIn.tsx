import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { entered, whoIs } from '../../api/session'
import { useTitle } from '../ui/PageHead'
import { useReason } from '../ui/States'
import { Entrance, WRONG } from './Entrance'
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

  const wrong = isWrongLogIn(logIn.error) ? t('login.wrong') : logIn.error ? reason(logIn.error) : undefined
  return (
    <Entrance title={t('login.title')} wrong={wrong} onSubmit={fields => logIn.mutate(typedInto(fields))}>
      <LogInFields password={password} wrong={wrong ? WRONG : undefined} />
      <Button type="submit" fullWidth loading={logIn.isPending}>
        {t('login.submit')}
      </Button>
      <Link to={'/reset' as string} style={{ fontSize: 13, textAlign: 'center' }}>
        {t('login.forgot')}
      </Link>
    </Entrance>
  )
}
