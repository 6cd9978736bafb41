import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import { askPermission, chime, isLoud, permission, setLoud } from '../shell/ring'
import { useMe } from '../shell/session'
import { errorOf, Field, Refused, SaveBar, Summary, Toggle } from '../ui/Fields'
import { useRefused, useWrong } from '../ui/form'
import css from '../ui/form.module.css'
import { setSingleKeys, singleKeys } from '../ui/typing'

/** One's own name and password. */
export function You() {
  const { t } = useTranslation('people')
  const { user } = useMe()
  const queries = useQueryClient()
  const [name, setName] = useState(user.name)
  const { wrong, refuse, clear, watch } = useWrong()
  const change = useMutation({
    mutationFn: () => unwrap(api.PATCH('/api/v1/me', { body: { name } })),
    onSuccess: data => queries.setQueryData(me.queryKey, data),
    onError: error => refuse(error),
  })
  return (
    <>
      <div className={css.form} {...watch}>
        <Refused error={change.error} />
        <Summary wrong={wrong} homeless />
        <Field pointer="/name" wrong={wrong} label={t('me.name')} value={name} onChange={setName} />
        <TextInput label={t('me.email')} value={user.email} readOnly variant="unstyled" />
      </div>
      <SaveBar
        changes={name === user.name ? 0 : 1}
        saving={change.isPending}
        savedAt={change.isSuccess ? change.submittedAt : undefined}
        onSave={() => {
          clear()
          change.mutate()
        }}
        onDiscard={() => setName(user.name)}
      />
      <Ringing />
      <SingleKeys />
      <Password />
    </>
  )
}

/** How this browser rings when a conversation waits for a person. */
function Ringing() {
  const { t } = useTranslation('people')
  const [loud, setIt] = useState(isLoud)
  const [allowed, setAllowed] = useState(permission)
  return (
    <section className={css.form} style={{ maxWidth: 480, marginTop: 32 }}>
      <h2>{t('me.ring')}</h2>
      <Toggle
        label={t('me.ring_sound')}
        text={t('me.ring_sound_text')}
        checked={loud}
        onChange={on => {
          setLoud(on)
          setIt(on)
          if (on) chime()
        }}
      />
      <div className={css.row} style={{ alignItems: 'center' }}>
        {allowed === 'default' && (
          <Button variant="default" onClick={() => void askPermission().then(setAllowed)}>
            {t('me.ring_ask')}
          </Button>
        )}
        <span role="status" className={css.help}>
          {t(`me.ring_state.${allowed}`)}
        </span>
      </div>
    </section>
  )
}

/** Whether single keys are shortcuts in this browser. */
function SingleKeys() {
  const { t } = useTranslation('people')
  const [on, setOn] = useState(singleKeys)
  return (
    <section className={css.form} style={{ maxWidth: 480, marginTop: 32 }}>
      <h2>{t('me.keys')}</h2>
      <Toggle
        label={t('me.keys_single')}
        text={t('me.keys_text')}
        checked={on}
        onChange={next => {
          setSingleKeys(next)
          setOn(next)
        }}
      />
    </section>
  )
}

function Password() {
  const { t } = useTranslation('people')
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/me/password', { body: { current, password } })),
    onSuccess: () => {
      setCurrent('')
      setPassword('')
    },
  })
  const { wrong, watch } = useRefused(change.error)
  const eye = { 'aria-label': t('entrance.show') }
  return (
    <form
      {...watch}
      className={css.form}
      style={{ maxWidth: 360, marginTop: 32 }}
      onSubmit={event => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <h2>{t('me.password')}</h2>
      <Refused error={change.error} />
      <Summary wrong={wrong} homeless />
      <PasswordInput
        label={t('me.current')}
        autoComplete="current-password"
        value={current}
        required
        withAsterisk={false}
        data-field="/current"
        error={errorOf(wrong, '/current')}
        visibilityToggleButtonProps={eye}
        onChange={event => setCurrent(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('me.new')}
        description={t('entrance.password_help')}
        autoComplete="new-password"
        value={password}
        required
        withAsterisk={false}
        data-field="/password"
        error={errorOf(wrong, '/password')}
        visibilityToggleButtonProps={eye}
        onChange={event => setPassword(event.currentTarget.value)}
      />
      <div className={css.row} style={{ alignItems: 'center' }}>
        <Button type="submit" loading={change.isPending}>
          {t('me.change')}
        </Button>
        <span role="status" className={css.help}>
          {change.isSuccess && t('me.changed')}
        </span>
      </div>
    </form>
  )
}
