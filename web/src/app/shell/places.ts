import {
  IconActivityHeartbeat,
  IconAdjustmentsHorizontal,
  IconMessages,
  IconPlug,
  IconRobot,
  IconUsers,
} from '@tabler/icons-react'

/** The pages that exist, in the order of the navigation; `key` follows `g` on the keyboard. */
export const places = [
  { to: '/integrations', name: 'integrations', key: 'i', Icon: IconPlug },
  { to: '/bots', name: 'bots', key: 'b', Icon: IconRobot },
  { to: '/conversations', name: 'conversations', key: 'c', Icon: IconMessages },
  { to: '/contacts', name: 'contacts', key: 'o', Icon: IconUsers },
  { to: '/events', name: 'events', key: 'e', Icon: IconActivityHeartbeat },
  { to: '/settings', name: 'settings', key: 's', Icon: IconAdjustmentsHorizontal },
] as const

/** What fits on a phone's bar; the rest is under More. */
export const onBar = places.filter(({ name }) => ['integrations', 'bots', 'conversations', 'events'].includes(name))
export const underMore = places.filter(place => !onBar.includes(place))
