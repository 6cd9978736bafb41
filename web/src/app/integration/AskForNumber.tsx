import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { numberRequests } from '../../api/queries'
import { errorOf, Refused, Summary } from '../ui/Fields'
import { useRefused } from '../ui/form'
import forms from '../ui/form.module.css'

/** Asks the operator of the installation for a number. */
export function AskForNumber() {
  const { t } = useTranslation('care')
  const { t: people } = useTranslation('people')
  const queries = useQueryClient()
  const open = useQuery(numberRequests).data?.find(one => one.state === 'open')
  const [note, setNote] = useState('')
  const ask = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/number_requests', { body: { note } })),
    onSettled: () => queries.invalidateQueries({ queryKey: numberRequests.queryKey }),
  })
  const { wrong, watch } = useRefused(ask.error)
  if (open || ask.isSuccess) {
    return (
      <p role="status" className={forms.help}>
        {t('new.asked')} ({people('installation.state.open')})
      </p>
    )
  }
  return (
    <div className={forms.box} {...watch}>
      <Textarea
        data-field="/note"
        label={t('new.ask_note')}
        rows={2}
        value={note}
        error={errorOf(wrong, '/note')}
        onChange={event => setNote(event.currentTarget.value)}
      />
      <Refused error={ask.error} />
      <Summary wrong={wrong} homeless />
      <Button variant="default" mt="sm" loading={ask.isPending} disabled={!note.trim()} onClick={() => ask.mutate()}>
        {t('new.ask_number')}
      </Button>
    </div>
  )
}
