import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './panels.module.css'

export function PanelHead({ title, children, onClose }: { title: string; children?: ReactNode; onClose: () => void }) {
  const { t } = useTranslation('builder')
  return (
    <header className={css.panelHead}>
      <h2 className="grow">{title}</h2>
      {children}
      <ActionIcon variant="subtle" color="gray" aria-label={t('close')} onClick={onClose}>
        <IconX size={16} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
    </header>
  )
}
