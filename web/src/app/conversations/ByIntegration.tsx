import { ActionIcon, Indicator, Menu, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { integrations } from '../../api/queries'
import { matches } from '../integration/integrations'
import { integrationName } from '../ui/names'

/** More are found by typing. */
const most = 50

/** Shows the conversations of one integration only. */
export function ByIntegration({ value, onChange }: { value?: string; onChange: (id: string | undefined) => void }) {
  const { t } = useTranslation('app')
  const list = useQuery(integrations).data ?? []
  const [wanted, setWanted] = useState('')
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
      <Indicator disabled={!value} size={8} offset={5} color="lago">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('conversations.filter')}>
            <IconAdjustmentsHorizontal size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
      </Indicator>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('contact.integration')}</Menu.Label>
        {list.length >= 8 && (
          <TextInput
            mx={4}
            mb={4}
            size="xs"
            aria-label={t('conversations.find')}
            placeholder={t('conversations.find')}
            value={wanted}
            onChange={event => setWanted(event.currentTarget.value)}
            onKeyDown={event => event.key !== 'Escape' && event.stopPropagation()}
          />
        )}
        {item(undefined, t('integrations.all'))}
        {list
          .filter(one => matches(one, wanted))
          .slice(0, most)
          .map(one => item(one.id, integrationName(one)))}
      </Menu.Dropdown>
    </Menu>
  )
}
