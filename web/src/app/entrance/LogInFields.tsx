import { PasswordInput, TextInput } from '@mantine/core'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'

interface Props {
  password: Ref<HTMLInputElement>
  /** Whose session it was: only the password is missing. */
  email?: string
  /** The element that says what is wrong. */
  wrong?: string
}

/** E-mail and password, on the log-in page and in the dialog when a session has ended. */
export function LogInFields({ password, email, wrong }: Props) {
  const { t } = useTranslation('app')
  return (
    <>
      <TextInput
        name="email"
        type="email"
        label={t('login.email')}
        autoComplete="username"
        defaultValue={email}
        required
        withAsterisk={false}
        autoFocus={email === undefined}
        aria-describedby={wrong}
      />
      <PasswordInput
        ref={password}
        data-autofocus={email === undefined ? undefined : true}
        name="password"
        label={t('login.password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        aria-describedby={wrong}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
      />
    </>
  )
}

/** What was typed into them. */
export function typedInto(fields: FormData) {
  return { email: String(fields.get('email')).trim(), password: String(fields.get('password')) }
}

/** Whether e-mail or password are wrong, rather than the server in trouble. */
export const isWrongLogIn = (error: unknown) =>
  error instanceof ApiError && (error.status === 401 || error.status === 422)
