import { Button, PasswordInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { FieldError } from '../ui/Fields'
import { wrongOf } from '../ui/form'
import { useReason } from '../ui/States'
import css from './Diagnose.module.css'
import { useSave } from './save'

interface Props {
  one: Integration
  id?: string
  autoFocus?: boolean
  onMended?: () => void
}

/** The one field that mends a refused token, wherever the refusal is told. */
export function TokenForm({ one, id, autoFocus, onMended }: Props) {
  const { t } = useTranslation('care')
  const reason = useReason()
  const [token, setToken] = useState('')
  const save = useSave(one, () => true)
  const wrong = wrongOf(save.error)
  const said = Object.values(wrong)[0] ?? (save.error ? reason(save.error) : undefined)
  return (
    <form
      className={css.mend}
      onSubmit={event => {
        event.preventDefault()
        save.mutate(
          { credentials: { access_token: token.trim() } },
          {
            onSuccess: () => {
              setToken('')
              onMended?.()
            },
          },
        )
      }}
    >
      <PasswordInput
        id={id}
        className="grow"
        miw={200}
        aria-label={t('diagnose.token_placeholder')}
        placeholder={t('diagnose.token_placeholder')}
        leftSection={<IconKey size={16} stroke={1.75} aria-hidden="true" />}
        autoComplete="new-password"
        autoFocus={autoFocus}
        value={token}
        error={said ? <FieldError>{said}</FieldError> : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('form.show') }}
        onChange={event => setToken(event.currentTarget.value)}
      />
      <Button type="submit" loading={save.isPending} disabled={!token.trim()}>
        {t('diagnose.check_and_save')}
      </Button>
    </form>
  )
}
