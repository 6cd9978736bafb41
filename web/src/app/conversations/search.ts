import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { ConversationsSearch } from '../router'

/** Changes the address's filter or turn and stays where one is, with or without an open conversation. */
export function useSearchChange() {
  const navigate = useNavigate()
  return useCallback(
    (part: ConversationsSearch) =>
      void navigate({
        to: '.',
        search: ((old: ConversationsSearch) => ({ ...old, ...part })) as never,
        replace: true,
      }),
    [navigate],
  )
}
