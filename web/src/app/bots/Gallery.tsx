import { Button, Modal } from '@mantine/core'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Starter } from '../../api/bots'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { type Language, languages } from '../../words/start'
import { useReason } from '../ui/States'
import css from './Bots.module.css'

/** How a new bot begins: blank, from a file, or as a copy of a starter. */
export function Gallery({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation('builder')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const reason = useReason()
  const picker = useRef<HTMLInputElement>(null)
  const { data } = useQuery({
    queryKey: ['starters'],
    queryFn: () => unwrap(api.GET('/api/v1/bots/starters')),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const make = useMutation({
    mutationFn: (how: () => Promise<Bot>) => how(),
    onSuccess: bot => {
      void queries.invalidateQueries({ queryKey: ['bots'] })
      void navigate({ to: '/bots/$id', params: { id: bot.id } })
    },
  })
  const blank = () => unwrap(api.POST('/api/v1/bots', { body: { name: t('list.unnamed') } }))
  const starter = (id: string) => () =>
    unwrap(api.POST('/api/v1/bots/starters/{id}', { params: { path: { id } }, body: {} }))
  const read = (file: File) => async () => {
    // A file without a name of its own is called as the file is.
    const text = await file.text()
    return unwrap(api.POST('/api/v1/bots/import', { body: { text } }))
  }
  // Those in the reader's language first.
  const language = i18n.language.slice(0, 2)
  const starters = [...(data?.items ?? [])].sort(
    (a, b) => Number(b.language === language) - Number(a.language === language),
  )
  return (
    <Modal opened onClose={onClose} size={760} title={t('list.new')} closeButtonProps={{ 'aria-label': t('close') }}>
      {make.error && (
        <p className={css.wrong} role="alert">
          {reason(make.error)}
        </p>
      )}
      <div className={css.gallery}>
        <button type="button" className={css.choice} disabled={make.isPending} onClick={() => make.mutate(blank)}>
          <b>
            <IconPlus size={16} stroke={1.75} aria-hidden="true" /> {t('list.blank')}
          </b>
          <span>{t('list.blank_about')}</span>
        </button>
        <button type="button" className={css.choice} disabled={make.isPending} onClick={() => picker.current?.click()}>
          <b>
            <IconFileImport size={16} stroke={1.75} aria-hidden="true" /> {t('list.import')}
          </b>
          <span>{t('list.import_about')}</span>
        </button>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".json,.yaml,.yml,application/json,application/yaml"
          aria-label={t('list.import')}
          onChange={({ target }) => {
            const file = target.files?.[0]
            if (file) make.mutate(read(file))
            target.value = ''
          }}
        />
      </div>
      <h3 className={css.galleryHead}>{t('list.starters')}</h3>
      <ul className={css.gallery}>
        {starters.map(one => (
          <li key={one.id}>
            <Card starter={one} busy={make.isPending} onChoose={() => make.mutate(starter(one.id))} />
          </li>
        ))}
      </ul>
      <div className={css.actions}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </Modal>
  )
}

function Card({ starter, busy, onChoose }: { starter: Starter; busy: boolean; onChoose: () => void }) {
  const { t } = useTranslation('builder')
  return (
    <button type="button" className={css.choice} disabled={busy} lang={starter.language} onClick={onChoose}>
      <b>{starter.name}</b>
      <span>{starter.about}</span>
      <small>
        {languages[starter.language as Language] ?? starter.language} · {t('list.components', { count: starter.nodes })}{' '}
        · {t('list.tests', { count: starter.tests })}
      </small>
    </button>
  )
}
