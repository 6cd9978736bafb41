import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

/** How many open conversations each version has. */
export function useRunning(bot: string): ReadonlyMap<number, number> {
  const { data } = useQuery({
    queryKey: ['bot', bot, 'running'],
    queryFn: () => unwrap(api.GET('/api/v1/bots/{id}/running', { params: { path: { id: bot } } })),
  })
  return new Map((data?.items ?? []).map(({ version, conversations }) => [version, conversations]))
}
