import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { useDesk, useWork } from '../context'
import css from './TopBar.module.css'

/** The bot's name; it is changed at once and for all versions. */
export function BotName({ bot }: { bot?: Bot }) {
  const { t } = useTranslation('builder')
  const queries = useQueryClient()
  const { id, saver, readOnly } = useWork()
  const known = useDesk(desk => desk.doc.name)
  const name = bot?.name ?? known
  const [typed, setTyped] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  useEffect(() => {
    if (bot) saver.renamed(bot.name)
  }, [bot, saver])
  const rename = async () => {
    const wanted = typed?.trim()
    setTyped(undefined)
    if (!wanted || wanted === name) return
    try {
      const renamed = await unwrap(api.PATCH('/api/v1/bots/{id}', { params: { path: { id } }, body: { name: wanted } }))
      queries.setQueryData(['bot', id], renamed)
      setWrong(undefined)
    } catch (error) {
      setWrong((error as Error).message)
    }
  }
  return (
    <h1 className={css.wrap}>
      <span className={`${css.title} ${css.ghost}`} aria-hidden="true">
        {typed ?? name}
      </span>
      <input
        className={css.title}
        size={1}
        aria-label={t('top.name')}
        title={wrong}
        aria-invalid={wrong !== undefined || undefined}
        value={typed ?? name}
        maxLength={80}
        readOnly={readOnly}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => void rename()}
        onKeyDown={event => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') {
            event.stopPropagation()
            setTyped(undefined)
          }
        }}
      />
    </h1>
  )
}
