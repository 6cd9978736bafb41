import { Button, Menu } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { conversation as conversationQuery } from '../../api/queries'
import type { Conversation } from '../../api/types'
import { useReason } from '../ui/States'
import css from './Conversations.module.css'

type Move = { action: 'take' | 'pass' | 'release'; target_role?: string }

const moves: { name: 'take' | 'pass' | 'pass_agent' | 'release'; move: Move }[] = [
  { name: 'take', move: { action: 'take' } },
  { name: 'pass', move: { action: 'pass' } },
  { name: 'pass_agent', move: { action: 'pass', target_role: 'ai_agent' } },
  { name: 'release', move: { action: 'release' } },
]

/** Who answers at Meta where more than one app works on the number, and the ways to change that. */
export function Thread({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('talk')
  const reason = useReason()
  const queries = useQueryClient()
  const { id, thread } = conversation
  const run = useMutation({
    mutationFn: (body: Move) =>
      unwrap(api.POST('/api/v1/conversations/{id}/thread', { params: { path: { id } }, body })),
    onSuccess: now => {
      queries.setQueryData(conversationQuery(id).queryKey, now)
      void queries.invalidateQueries({ queryKey: ['conversation', id] })
    },
  })
  const owner = thread?.owner ?? 'unknown'
  const away = owner === 'meta_agent' || owner === 'person' || owner === 'other'
  return (
    <div className={css.thread}>
      <span className="grow" role="status">
        {(away || thread?.since) && t(`thread.owner.${owner}`)}
      </span>
      {run.error && (
        <span role="alert" className={css.refused}>
          {reason(run.error)}
        </span>
      )}
      <Menu position="top-end" withinPortal>
        <Menu.Target>
          <Button
            variant="subtle"
            size="xs"
            loading={run.isPending}
            leftSection={<IconArrowsExchange size={16} stroke={1.75} aria-hidden="true" />}
          >
            {t('thread.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {moves.map(({ name, move }) => (
            <Menu.Item key={name} onClick={() => run.mutate(move)}>
              {t(`thread.${name}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
