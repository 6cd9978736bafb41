import { ActionIcon, Menu } from '@mantine/core'
import {
  IconDots,
  IconKey,
  IconListSearch,
  IconMessages,
  IconPlayerPause,
  IconPlayerPlay,
  IconSettings,
  IconStethoscope,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import { useMay } from '../shell/session'
import { integrationName } from '../ui/names'
import { useActivity } from './activity'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

/** What can be done to an integration from its row. */
export function IntegrationMenu({ one }: { one: Integration }) {
  const { t } = useTranslation('app')
  const activity = useActivity(one.id)
  const admin = useMay('manage')
  const to = `/integrations/${one.id}` as string
  const tab = (name?: string) => ({ component: Link, to, search: { tab: name } as never })
  return (
    <Menu position="bottom-end" width={210} withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t('integrations.menu', { name: integrationName(one) })}
        >
          <IconDots size={18} stroke={2} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item {...tab()} leftSection={<IconStethoscope {...icon} />}>
          {t('integrations.diagnose')}
        </Menu.Item>
        {admin && !one.managed && (
          <Menu.Item {...tab('credentials')} leftSection={<IconKey {...icon} />}>
            {t('integrations.new_token')}
          </Menu.Item>
        )}
        <Menu.Item
          component={Link}
          to={'/conversations' as string}
          search={{ integration: one.id } as never}
          leftSection={<IconMessages {...icon} />}
        >
          {t('places.conversations')}
        </Menu.Item>
        <Menu.Item {...tab('log')} leftSection={<IconListSearch {...icon} />}>
          {t('integrations.log')}
        </Menu.Item>
        <Menu.Item {...tab('settings')} leftSection={<IconSettings {...icon} />}>
          {t('integrations.settings')}
        </Menu.Item>
        {admin && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={one.active ? <IconPlayerPause {...icon} /> : <IconPlayerPlay {...icon} />}
              onClick={() => activity.mutate(!one.active)}
            >
              {t(one.active ? 'integrations.switch_off' : 'integrations.switch_on')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
