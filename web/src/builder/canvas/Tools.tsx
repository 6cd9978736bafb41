import { Tooltip } from '@mantine/core'
import {
  IconBinaryTree2,
  IconLasso,
  IconMap2,
  IconMaximize,
  IconMinus,
  IconNote,
  IconPlus,
  type TablerIcon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { keyText } from '../parts/keys'
import { useActions } from './actions'
import css from './Tools.module.css'

interface Props {
  lasso: boolean
  onLasso: () => void
  map: boolean
  onMap?: () => void
}

/** How the canvas is looked at. */
export function Tools({ lasso, onLasso, map, onMap }: Props) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  return (
    <div className={css.tools} role="toolbar" aria-label={t('tools.title')} aria-orientation="vertical">
      <Tool icon={IconPlus} label={t('tools.zoom_in')} hint="+" onClick={() => actions.zoom(1)} />
      <Tool icon={IconMinus} label={t('tools.zoom_out')} hint="−" onClick={() => actions.zoom(-1)} />
      <Tool icon={IconMaximize} label={t('tools.fit')} hint="F" onClick={actions.fit} />
      <hr />
      <Tool icon={IconLasso} label={t('tools.lasso')} hint="Shift" pressed={lasso} onClick={onLasso} />
      {!actions.readOnly && (
        <Tool icon={IconBinaryTree2} label={t('tools.arrange')} hint="L" onClick={() => void actions.arrange()} />
      )}
      {!actions.readOnly && <Tool icon={IconNote} label={t('tools.note')} hint="N" onClick={() => actions.addNote()} />}
      {onMap && <Tool icon={IconMap2} label={t('tools.map')} hint="M" pressed={map} onClick={onMap} />}
    </div>
  )
}

interface ToolProps {
  icon: TablerIcon
  label: string
  hint: string
  pressed?: boolean
  onClick: () => void
}

function Tool({ icon: Icon, label, hint, pressed, onClick }: ToolProps) {
  return (
    <Tooltip label={`${label}  ${keyText(hint)}`} position="right" openDelay={400}>
      <button type="button" aria-label={label} aria-pressed={pressed} onClick={onClick}>
        <Icon size={16} stroke={1.75} aria-hidden="true" />
      </button>
    </Tooltip>
  )
}
