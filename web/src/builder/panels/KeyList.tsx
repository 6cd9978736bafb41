import { Kbd, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { keyText } from '../parts/keys'
import css from './panels.module.css'

const keys = [
  ['search', '/'],
  ['find', 'Mod+F'],
  ['undo', 'Mod+Z'],
  ['redo', 'Shift+Mod+Z'],
  ['edit', 'Enter'],
  ['connect', 'C'],
  ['delete', 'Delete'],
  ['copy', 'Mod+C'],
  ['cut', 'Mod+X'],
  ['paste', 'Mod+V'],
  ['duplicate', 'Mod+D'],
  ['select_all', 'Mod+A'],
  ['lasso', 'Shift'],
  ['arrange', 'L'],
  ['note', 'N'],
  ['fit', 'F'],
  ['zoom', '+ −'],
  ['map', 'M'],
  ['test', 'T'],
  ['save', 'Mod+S'],
  ['walk', 'Tab'],
  ['move', '← ↑ → ↓'],
  ['close', 'Esc'],
] as const

export function KeyList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('builder')
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={t('keys.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className={css.keys}>
        {keys.map(([name, key]) => (
          <div key={name}>
            <dt>
              <Kbd>{keyText(key)}</Kbd>
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
