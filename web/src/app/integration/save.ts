import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'
import { integration, integrations } from '../../api/queries'
import type { CredentialsForm, Integration, Settings } from '../../api/types'

export type Patch = {
  name?: string | null
  bot_id?: string
  open_conversations?: 'finish' | 'end'
  credentials?: CredentialsForm
  settings?: Settings
}

/** Saves a part of an integration; what the server refuses stands beside its field. */
export function useSave(one: Integration, refuse: (error: unknown) => boolean) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Patch) =>
      unwrap(api.PATCH('/api/v1/integrations/{id}', { params: { path: { id: one.id } }, body })),
    onSuccess: saved => {
      queries.setQueryData(integration(one.id).queryKey, saved)
      void queries.invalidateQueries({ queryKey: integrations.queryKey })
    },
    onError: error => refuse(error),
  })
}
