import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { beside, useRefused, within } from '../ui/form'
import { useTitle } from '../ui/PageHead'
import { useReason } from '../ui/States'
import { Entrance } from './Entrance'

/** The first start: an account, and who owns it. */
export function Setup() {
  const { t } = useTranslation('people')
  const router = useRouter()
  const queries = useQueryClient()
  const reason = useReason()
  useTitle(t('entrance.setup'))
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => unwrap(api.GET('/api/v1/setup')) })
  const begin = useMutation({
    mutationFn: (body: { code: string; email: string; password: string; name: string; account: string }) =>
      unwrap(api.POST('/api/v1/setup', { body })),
    onSuccess: async session => {
      queries.clear()
      queries.setQueryData(me.queryKey, session)
      await router.navigate({ to: '/welcome', replace: true })
    },
  })
  const { wrong, watch } = useRefused(begin.error)
  if (setup.data && !setup.data.needed) {
    return (
      <Entrance title={t('entrance.setup')} text={t('entrance.done')}>
        <Button component={Link} to={'/login' as string}>
          {t('entrance.to_login')}
        </Button>
      </Entrance>
    )
  }
  const general =
    begin.error && Object.keys(wrong).length === 0
      ? reason(begin.error)
      : beside(wrong, ['/code', '/account', '/name', '/email', '/password'])
  return (
    <Entrance
      step="account"
      title={t('entrance.setup')}
      text={t('entrance.setup_text')}
      wrong={general}
      watch={watch}
      onSubmit={fields => {
        const text = (name: string) => String(fields.get(name) ?? '')
        begin.mutate({
          code: text('code'),
          email: text('email'),
          password: text('password'),
          name: text('name'),
          account: text('account'),
        })
      }}
    >
      <PasswordInput
        name="code"
        label={t('entrance.code')}
        description={t('entrance.code_help')}
        required
        withAsterisk={false}
        autoFocus
        autoComplete="off"
        data-field="/code"
        error={within(wrong, '/code')}
        visibilityToggleButtonProps={{ 'aria-label': t('entrance.show_code') }}
      />
      <TextInput
        name="account"
        label={t('entrance.account')}
        required
        withAsterisk={false}
        data-field="/account"
        error={within(wrong, '/account')}
      />
      <TextInput
        name="name"
        label={t('entrance.name')}
        autoComplete="name"
        required
        withAsterisk={false}
        data-field="/name"
        error={within(wrong, '/name')}
      />
      <TextInput
        name="email"
        type="email"
        label={t('entrance.email')}
        autoComplete="username"
        required
        withAsterisk={false}
        data-field="/email"
        error={within(wrong, '/email')}
      />
      <PasswordInput
        name="password"
        label={t('entrance.password')}
        description={t('entrance.password_help')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        data-field="/password"
        error={within(wrong, '/password')}
        visibilityToggleButtonProps={{ 'aria-label': t('entrance.show') }}
      />
      <Button type="submit" fullWidth loading={begin.isPending}>
        {t('entrance.begin')}
      </Button>
    </Entrance>
  )
}
