import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api, unwrap } from '../../api/client'
import { beside, useRefused, within } from '../ui/form'
import { useReason } from '../ui/States'
import { Entrance } from './Entrance'

/** A forgotten password: asks for a link, and, with one, chooses another. */
export function Reset() {
  const [secret, setSecret] = useState(() => location.hash.slice(1))
  return secret ? <Choose secret={secret} onAgain={() => setSecret('')} /> : <Ask />
}

function Ask() {
  const { t } = useTranslation('people')
  const reason = useReason()
  const ask = useMutation({
    mutationFn: (email: string) => unwrap(api.POST('/api/v1/password_resets', { body: { email } })),
  })
  const back = (
    <Button component={Link} to={'/login' as string} variant="subtle">
      {t('entrance.to_login')}
    </Button>
  )
  if (ask.isSuccess) {
    return (
      <Entrance title={t('entrance.sent')} text={t('entrance.sent_text', { email: ask.variables })}>
        {back}
      </Entrance>
    )
  }
  return (
    <Entrance
      title={t('entrance.forgot_title')}
      text={t('entrance.forgot_text')}
      wrong={ask.error ? reason(ask.error) : undefined}
      onSubmit={fields => ask.mutate(String(fields.get('email')).trim())}
    >
      <TextInput
        name="email"
        type="email"
        label={t('entrance.email')}
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus
      />
      <Button type="submit" fullWidth loading={ask.isPending}>
        {t('entrance.send_link')}
      </Button>
      {back}
    </Entrance>
  )
}

function Choose({ secret, onAgain }: { secret: string; onAgain: () => void }) {
  const { t } = useTranslation('people')
  const reason = useReason()
  const finish = useMutation({
    mutationFn: (password: string) =>
      unwrap(api.POST('/api/v1/password_resets/finish', { body: { secret, password } })),
  })
  const { wrong, watch } = useRefused(finish.error)
  if (finish.isSuccess) {
    return (
      <Entrance title={t('entrance.forgot_title')} text={t('entrance.saved')}>
        <Button component={Link} to={'/login' as string}>
          {t('entrance.to_login')}
        </Button>
      </Entrance>
    )
  }
  if (finish.error instanceof ApiError && finish.error.status === 404) {
    return (
      <Entrance title={t('entrance.link_gone')} text={t('entrance.link_gone_text')}>
        <Button onClick={onAgain}>{t('entrance.again')}</Button>
      </Entrance>
    )
  }
  const general = finish.error && Object.keys(wrong).length === 0 ? reason(finish.error) : beside(wrong, ['/password'])
  return (
    <Entrance
      title={t('entrance.forgot_title')}
      wrong={general}
      watch={watch}
      onSubmit={fields => finish.mutate(String(fields.get('password')))}
    >
      <PasswordInput
        name="password"
        label={t('entrance.new_password')}
        description={t('entrance.password_help')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        autoFocus
        data-field="/password"
        error={within(wrong, '/password')}
        visibilityToggleButtonProps={{ 'aria-label': t('entrance.show') }}
      />
      <Button type="submit" fullWidth loading={finish.isPending}>
        {t('entrance.save')}
      </Button>
    </Entrance>
  )
}
