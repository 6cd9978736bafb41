import { IconMessages, IconPlug, IconRobot } from '@tabler/icons-react'

/** The pages that exist, in the order of the navigation; `key` follows `g` on the keyboard. */
export const places = [
  { to: '/integrations', name: 'integrations', key: 'i', Icon: IconPlug },
  { to: '/bots', name: 'bots', key: 'b', Icon: IconRobot },
  { to: '/conversations', name: 'conversations', key: 'c', Icon: IconMessages },
] as const
