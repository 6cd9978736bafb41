import { Button, Modal, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { useReason } from '../ui/States'
import css from './Bots.module.css'

interface Props {
  bot: Bot
  onClose: () => void
}

export function Rename({ bot, onClose }: Props) {
  const { t } = useTranslation('builder')
  const queries = useQueryClient()
  const reason = useReason()
  const [name, setName] = useState(bot.name)
  const run = useMutation({
    mutationFn: () =>
      unwrap(api.PATCH('/api/v1/bots/{id}', { params: { path: { id: bot.id } }, body: { name: name.trim() } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['bots'] })
      void queries.invalidateQueries({ queryKey: ['bot', bot.id] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('list.rename_title', { name: bot.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label={t('list.name')}
          value={name}
          maxLength={80}
          error={run.error ? reason(run.error) : undefined}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <div className={css.actions}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={run.isPending} disabled={!name.trim()}>
            {t('list.rename_do')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Deleting asks for the name and says what is lost. */
export function Delete({ bot, onClose }: Props) {
  const { t } = useTranslation('builder')
  const queries = useQueryClient()
  const reason = useReason()
  const [typed, setTyped] = useState('')
  const run = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/bots/{id}', { params: { path: { id: bot.id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['bots'] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() === bot.name) run.mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('list.delete_title', { name: bot.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <p>{t('list.delete_text')}</p>
        <TextInput
          mt="md"
          data-autofocus
          label={t('list.delete_type', { name: bot.name })}
          value={typed}
          autoComplete="off"
          error={run.error ? reason(run.error) : undefined}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <div className={css.actions}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" color="red" loading={run.isPending} disabled={typed.trim() !== bot.name}>
            {t('list.delete_do')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
