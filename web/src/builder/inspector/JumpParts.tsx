import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bots } from '../../api/queries'
import { useDesk, useWork } from '../context'
import { title } from '../doc/definition'
import { Pick } from './controls'
import { useNode } from './field'

/** A node of this bot, by name. */
export function NodePick({ path, label }: { path: string; label: string }) {
  const { t } = useTranslation('builder')
  const { id } = useNode()
  const doc = useDesk(desk => desk.doc)
  const options = doc.order
    .filter(other => other !== id)
    .map(other => {
      const node = doc.nodes[other]!
      return { value: other, label: title(node, t(`kinds.${node.type as 'end'}`, { defaultValue: node.type })) }
    })
  return <Pick path={path} label={label} options={options} />
}

/** Another bot of the account. */
export function BotPick({ path, label }: { path: string; label: string }) {
  const { t } = useTranslation('builder')
  const { id } = useWork()
  const { data } = useQuery(bots)
  const options = (data ?? [])
    .filter(bot => bot.id !== id)
    .map(bot => ({
      value: bot.id,
      label: bot.version === null ? t('jump.unpublished', { name: bot.name }) : bot.name,
    }))
  return <Pick path={path} label={label} help={t('jump.bot_help')} options={options} />
}
