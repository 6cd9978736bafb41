import { ActionIcon, Indicator, Menu } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { integrations } from '../../api/queries'
import { integrationName } from '../parts/names'

/** Shows the conversations of one integration only. */
export function ByIntegration({ value, onChange }: { value?: string; onChange: (id: string | undefined) => void }) {
  const { t } = useTranslation('app')
  const list = useQuery(integrations).data ?? []
  const item = (id: string | undefined, name: string) => (
    <Menu.Item
      key={id ?? ''}
      aria-current={value === id ? 'true' : undefined}
      rightSection={value === id ? <IconCheck size={16} stroke={2} aria-hidden="true" /> : undefined}
      onClick={() => onChange(id)}
    >
      {name}
    </Menu.Item>
  )
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <Indicator disabled={!value} size={8} offset={5} color="lago">
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('conversations.filter')}>
            <IconAdjustmentsHorizontal size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Indicator>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('contact.integration')}</Menu.Label>
        {item(undefined, t('integrations.all'))}
        {list.map(one => item(one.id, integrationName(one)))}
      </Menu.Dropdown>
    </Menu>
  )
}
