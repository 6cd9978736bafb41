import { useMantineColorScheme } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { type Deed, may } from '../../api/may'
import { me, openIncidents, waiting } from '../../api/queries'
import { entered, leave, whoIs } from '../../api/session'
import type { Scheme } from '../../look/theme'

/** Who is here. The shell is only drawn when somebody is. */
export const useMe = () => useSuspenseQuery(me).data

/** Whether the person may do it in this account. */
export const useMay = (deed: Deed) => may(useMe().account.role, deed)

/** What the page is about: the account, or the whole installation on the pages of who looks after it. */
export function usePlace() {
  const { t } = useTranslation('app')
  const { account } = useMe()
  const all = useRouterState({ select: state => state.location.pathname.startsWith('/installation') })
  return { all, name: all ? t('switcher.installation') : account.name }
}

export function useLogOut() {
  const queries = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/session')),
    onMutate: () => leave(true),
    onSettled: async () => {
      await router.navigate({ to: '/login' })
      queries.clear()
      leave(false)
    },
  }).mutate
}

/** Looks at another account: everything that was read is of the old one. */
export function useSwitch() {
  const queries = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: (account_id: string) => unwrap(api.POST('/api/v1/session/account', { body: { account_id } })),
    onSuccess: async now => {
      await router.navigate({ to: '/integrations' })
      queries.clear()
      queries.setQueryData(me.queryKey, now)
      // Other tabs look at the account before.
      entered(whoIs(now))
      await router.invalidate()
    },
  }).mutate
}

/** How many incidents are open; nothing while that is not known. */
export const useOpenIncidents = () => useQuery(openIncidents).data ?? 0

/** How many conversations wait for a person; nothing while that is not known. */
export const useWaiting = () => useQuery(waiting).data ?? 0

const order: Scheme[] = ['auto', 'light', 'dark']

/** System, light, dark, and around again. */
export function useTheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const next = order[(order.indexOf(colorScheme) + 1) % order.length]!
  return { scheme: colorScheme, turn: () => setColorScheme(next) }
}
