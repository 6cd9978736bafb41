import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'
import { integration, integrations } from '../../api/queries'

/** Switches an integration on and off. */
export function useActivity(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (active: boolean) => {
      const params = { path: { id } }
      return unwrap(
        active
          ? api.POST('/api/v1/integrations/{id}/activate', { params })
          : api.POST('/api/v1/integrations/{id}/deactivate', { params }),
      )
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: integration(id).queryKey }),
        queries.invalidateQueries({ queryKey: integrations.queryKey }),
      ]),
  })
}
