import { useMantineColorScheme } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { api, unwrap } from '../../api/client'
import { me } from '../../api/queries'
import type { Scheme } from '../../look/theme'

/** Who is here. The shell is only drawn when somebody is. */
export const useMe = () => useSuspenseQuery(me).data

export function useLogOut() {
  const queries = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/session')),
    onSettled: async () => {
      await router.navigate({ to: '/login' })
      queries.clear()
    },
  }).mutate
}

const order: Scheme[] = ['auto', 'light', 'dark']

/** System, light, dark, and around again. */
export function useTheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const next = order[(order.indexOf(colorScheme) + 1) % order.length]!
  return { scheme: colorScheme, turn: () => setColorScheme(next) }
}
