import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { beside, useRefused, within } from '../ui/form'
import { useReason } from '../ui/States'
import { Entrance } from './Entrance'

/** Takes an invitation up. The secret stands behind the `#`, which no server's log ever sees. */
export function Invitation() {
  const { t } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const router = useRouter()
  const queries = useQueryClient()
  const reason = useReason()
  const [secret] = useState(() => location.hash.slice(1))
  const invited = useQuery({
    queryKey: ['invitation', secret],
    queryFn: () => unwrap(api.POST('/api/v1/invitation/look', { body: { secret } })),
    retry: false,
  })
  const accept = useMutation({
    mutationFn: (body: { secret: string; name?: string; password: string }) =>
      unwrap(api.POST('/api/v1/invitation/accept', { body })),
    onSuccess: async session => {
      queries.clear()
      queries.setQueryData(me.queryKey, session)
      await router.navigate({ to: '/integrations', replace: true })
    },
  })
  const { wrong, watch } = useRefused(accept.error)
  if (invited.error) {
    return (
      <Entrance title={t('entrance.gone')} text={t('entrance.gone_text')}>
        <Button component={Link} to={'/login' as string} variant="default">
          {t('entrance.to_login')}
        </Button>
      </Entrance>
    )
  }
  if (!invited.data) return null
  const { account, email, role, known } = invited.data
  const general =
    accept.error && Object.keys(wrong).length === 0 ? reason(accept.error) : beside(wrong, ['/name', '/password'])
  return (
    <Entrance
      title={t('entrance.invited', { account })}
      text={
        <>
          {t('entrance.invited_text', { role: app(`roles.${role}`), email })} {known && t('entrance.known_text')}
        </>
      }
      wrong={general}
      watch={watch}
      onSubmit={fields =>
        accept.mutate({
          secret,
          password: String(fields.get('password')),
          ...(known ? {} : { name: String(fields.get('name')) }),
        })
      }
    >
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      {!known && (
        <TextInput
          name="name"
          label={t('entrance.name')}
          autoComplete="name"
          required
          withAsterisk={false}
          autoFocus
          data-field="/name"
          error={within(wrong, '/name')}
        />
      )}
      <PasswordInput
        name="password"
        label={t('entrance.password')}
        description={known ? undefined : t('entrance.password_help')}
        autoComplete={known ? 'current-password' : 'new-password'}
        required
        withAsterisk={false}
        data-field="/password"
        error={within(wrong, '/password')}
        visibilityToggleButtonProps={{ 'aria-label': t('entrance.show') }}
      />
      <Button type="submit" fullWidth loading={accept.isPending}>
        {t('entrance.join')}
      </Button>
    </Entrance>
  )
}
