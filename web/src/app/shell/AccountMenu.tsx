import { Menu } from '@mantine/core'
import { IconBuildingBroadcastTower, IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, useSwitch } from './session'

/** Whether there is anything to choose. */
export function useAccountChoice() {
  const { user, accounts } = useMe()
  return user.operator || accounts.length > 1
}

/** The accounts of this person, and the installation for who looks after it. */
export function AccountMenu({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app')
  const { user, account, accounts } = useMe()
  const change = useSwitch()
  return (
    <Menu position="bottom-start" width={230} withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('switcher.accounts')}</Menu.Label>
        {accounts.map(one => (
          <Menu.Item
            key={one.id}
            aria-current={one.id === account.id ? 'true' : undefined}
            rightSection={one.id === account.id ? <IconCheck size={16} stroke={2} aria-hidden="true" /> : undefined}
            onClick={() => one.id !== account.id && change(one.id)}
          >
            {one.name}
          </Menu.Item>
        ))}
        {user.operator && (
          <>
            <Menu.Divider />
            <Menu.Item
              component={Link}
              to={'/installation' as string}
              leftSection={<IconBuildingBroadcastTower size={16} stroke={1.75} aria-hidden="true" />}
            >
              {t('switcher.installation')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
