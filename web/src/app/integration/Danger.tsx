import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { integration, integrations } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Confirm } from '../ui/Confirm'
import css from '../ui/form.module.css'
import { integrationName } from '../ui/names'

/** Deleting, which asks for the name and says what is lost. */
export function Danger({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const remove = useMutation({
    mutationFn: (erase: boolean) =>
      unwrap(api.DELETE('/api/v1/integrations/{id}', { params: { path: { id: one.id }, query: { erase } } })),
    onSuccess: async () => {
      await navigate({ to: '/integrations', ignoreBlocker: true })
      queries.removeQueries({ queryKey: integration(one.id).queryKey })
      await queries.invalidateQueries({ queryKey: integrations.queryKey })
    },
  })
  const name = integrationName(one)
  return (
    <section className={`${css.box} ${css.danger}`} style={{ maxWidth: 560, marginTop: 40 }}>
      <h2>{t('danger.title')}</h2>
      <p className={css.help}>{t('danger.text')}</p>
      <Button variant="default" mt="sm" onClick={() => setAsks(true)}>
        {t('danger.button')}
      </Button>
      <Confirm
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('danger.heading', { name })}
        text={
          <>
            {t('danger.lost')}
            <ul className={css.lost}>
              <li>{t('danger.lost_webhook')}</li>
              <li>{t('danger.lost_credentials')}</li>
              <li>{t('danger.lost_conversations')}</li>
            </ul>
          </>
        }
        name={name}
        typeLabel={t('danger.type', { name })}
        option={t('danger.erase')}
        optionText={t('danger.erase_text')}
        button={t('danger.confirm')}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={erase => remove.mutate(erase)}
      />
    </section>
  )
}
