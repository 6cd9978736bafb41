import { Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { useWork } from '../context'

/** What can be done with the bot as a whole. */
export function useBotMenu(bot?: Bot) {
  const { t } = useTranslation('builder')
  const { saver, readOnly } = useWork()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const copy = useMutation({
    mutationFn: async () => {
      await saver.now()
      const params = { path: { id: bot!.id } }
      return unwrap(
        api.POST('/api/v1/bots/{id}/copy', {
          params,
          body: { name: t('copy_name', { name: bot!.name }).slice(0, 80) },
        }),
      )
    },
    onSuccess: made => {
      void queries.invalidateQueries({ queryKey: ['bots'] })
      void navigate({ to: '/bots/$id', params: { id: made.id } })
    },
  })
  if (!bot) return null
  const file = (format: string) => `/api/v1/bots/${bot.id}/export?format=${format}`
  const beforehand = () => void saver.now()
  return (
    <>
      {!readOnly && (
        <Menu.Item disabled={copy.isPending} onClick={() => copy.mutate()}>
          {t('top.copy')}
        </Menu.Item>
      )}
      <Menu.Item component="a" href={file('json')} download onPointerDown={beforehand}>
        {t('top.export_json')}
      </Menu.Item>
      <Menu.Item component="a" href={file('yaml')} download onPointerDown={beforehand}>
        {t('top.export_yaml')}
      </Menu.Item>
    </>
  )
}
