import { Kbd, Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../context'
import { wireOf } from '../doc/store'
import { keyText } from '../parts/keys'
import { useActions } from './actions'

export interface MenuAt {
  x: number
  y: number
  node?: string
  wire?: string
}

interface Props {
  at: MenuAt
  onClose: () => void
  onOpen: () => void
  onTestFrom: (node: string) => void
  onConnect: (node: string) => void
}

/** What can be done with what was clicked with the other button. */
export function CanvasMenu({ at, onClose, onOpen, onTestFrom, onConnect }: Props) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  const isNode = useDesk(desk => at.node !== undefined && desk.doc.nodes[at.node] !== undefined)
  const isStart = useDesk(desk => desk.doc.start === at.node)
  const several = useDesk(desk => desk.selection.size > 1)
  const screen = { x: at.x, y: at.y }
  const item = (label: string, run: () => void, key?: string, more: { disabled?: boolean } = {}): ReactNode => (
    <Menu.Item onClick={run} rightSection={key && <Kbd size="xs">{keyText(key)}</Kbd>} {...more}>
      {label}
    </Menu.Item>
  )
  const edits = !actions.readOnly
  return (
    <Menu opened onClose={onClose} position="bottom-start" offset={0} width={230} trapFocus returnFocus>
      <Menu.Target>
        <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {at.wire && (
          <>
            {edits && item(t('menu.insert'), () => actions.pick(screen, { insert: wireOf(at.wire!) }))}
            {edits && item(t('menu.cut_edge'), () => actions.cutWires([at.wire!]), 'Delete')}
            {item(t('menu.go_target'), () => actions.show(wireOf(at.wire!).from))}
          </>
        )}
        {at.node && (
          <>
            {isNode && !several && item(t('menu.edit'), onOpen, 'Enter')}
            {isNode && !several && edits && item(t('menu.connect'), () => onConnect(at.node!), 'C')}
            {isNode && !several && item(t('menu.test_from'), () => onTestFrom(at.node!))}
            {isNode &&
              !several &&
              edits &&
              item(t('menu.start'), () => actions.setStart(at.node!), undefined, { disabled: isStart })}
            {isNode && !several && <Menu.Divider />}
            {item(t('menu.copy'), () => actions.copy(), 'Mod+C')}
            {edits && item(t('menu.cut'), () => actions.cut(), 'Mod+X')}
            {edits && item(t('menu.duplicate'), () => actions.duplicate(), 'Mod+D')}
            {several && edits && item(t('menu.arrange'), () => void actions.arrange(), 'L')}
            {edits && <Menu.Divider />}
            {edits && item(t('menu.delete'), () => actions.remove(), 'Delete')}
          </>
        )}
        {!at.node && !at.wire && (
          <>
            {edits && item(t('menu.add'), () => actions.pick(screen), '/')}
            {edits && item(t('menu.note'), () => actions.addNote(actions.onCanvas(screen)), 'N')}
            {edits && item(t('menu.paste'), () => void actions.pasteFromMenu(actions.onCanvas(screen)), 'Mod+V')}
            {edits && <Menu.Divider />}
            {item(t('menu.select_all'), () => actions.selectAll(), 'Mod+A')}
            {edits && item(t('menu.arrange_all'), () => void actions.arrange(), 'L')}
            {item(t('menu.fit'), actions.fit, 'F')}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
