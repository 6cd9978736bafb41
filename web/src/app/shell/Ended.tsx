import { Button, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { askAgain, entered, putOff, useEnded, who, whoIs } from '../../api/session'
import { isWrongLogIn, LogInFields, typedInto } from '../entrance/LogInFields'
import forms from '../ui/form.module.css'
import { useReason } from '../ui/States'
import css from './Ended.module.css'

/** The session has ended: logs in where one is, so that nothing on the page is lost. */
export default function SessionEnded() {
  const { t } = useTranslation('app')
  const state = useEnded()
  const queries = useQueryClient()
  const reason = useReason()
  const password = useRef<HTMLInputElement>(null)
  const before = who()
  const enter = useMutation({
    mutationFn: async (body: { email: string; password: string }) => {
      const session = await unwrap(api.POST('/api/v1/session', { body }))
      const same = session.user.id === before?.user && session.account.id !== before.account
      if (!same) return session
      // Where one was is where one goes on, as long as one may.
      const switched = api.POST('/api/v1/session/account', { body: { account_id: before.account } })
      return unwrap(switched).catch(() => session)
    },
    onSuccess: session => {
      const now = whoIs(session)
      entered(now)
      // Another person or account: the page is being loaded again.
      if (now.user !== before?.user || now.account !== before.account) return
      queries.setQueryData(me.queryKey, session)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
    },
    onError: () => password.current?.select(),
  })
  // Another tab may have logged in meanwhile.
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await fetch('/api/v1/me', { credentials: 'same-origin' }).catch(() => undefined)
      if (answer?.ok) entered(whoIs(await answer.json()), false)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  if (state === 'no') return null
  return (
    <>
      <Modal
        opened={state === 'asked'}
        onClose={putOff}
        title={t('ended.title')}
        centered
        radius="xl"
        zIndex={1000}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('ended.later') }}
      >
        <form
          className={forms.form}
          onSubmit={event => {
            event.preventDefault()
            enter.mutate(typedInto(new FormData(event.currentTarget)))
          }}
        >
          <p>{t('ended.text')}</p>
          {enter.isError && (
            <p className={forms.summary} role="alert">
              {isWrongLogIn(enter.error) ? t('login.wrong') : reason(enter.error)}
            </p>
          )}
          <LogInFields password={password} email={before?.email ?? ''} />
          <Button type="submit" loading={enter.isPending}>
            {t('login.submit')}
          </Button>
        </form>
      </Modal>
      {state === 'put_off' && (
        <div className={css.strip} role="alert">
          <span className="grow">{t('ended.strip')}</span>
          <Button size="xs" onClick={askAgain}>
            {t('login.submit')}
          </Button>
        </div>
      )}
    </>
  )
}
