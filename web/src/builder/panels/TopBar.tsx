import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import {
  IconAlertOctagon,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconCircleCheck,
  IconDeviceMobile,
  IconDots,
  IconHistory,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Bot } from '../../api/types'
import { clockTime } from '../../words/time'
import { useDesk, useSaving, useWork } from '../context'
import { keyText } from '../parts/keys'
import { BotName } from './BotName'
import { useBotMenu } from './botMenu'
import css from './TopBar.module.css'

interface Props {
  bot?: Bot
  testing: boolean
  onTest: () => void
  onVersions: () => void
  onBot: () => void
  onPublish: () => void
  onKeys: () => void
  onFind: () => void
}

export function TopBar({ bot, testing, onTest, onVersions, onBot, onPublish, onKeys, onFind }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly } = useWork()
  const menu = useBotMenu(bot)
  return (
    <header className={css.top}>
      <ActionIcon
        component={Link}
        to={'/bots' as string}
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t('top.back')}
      >
        <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
      <BotName bot={bot} />
      <div className={css.state}>
        <Saved />
        <span className={css.answers}>
          <span aria-hidden="true">·</span>
          {bot && <Answers bot={bot} />}
        </span>
        <button type="button" className={css.quiet} onClick={onVersions}>
          <IconHistory size={16} stroke={1.75} aria-hidden="true" />
          <span className={css.wide}>{t('top.versions')}</span>
        </button>
      </div>
      <span className={css.gap} />
      <History direction="undo" />
      <History direction="redo" />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('top.more')}>
            <IconDots size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onBot}>{t('top.settings')}</Menu.Item>
          <Menu.Item onClick={onVersions}>{t('top.versions')}</Menu.Item>
          <Menu.Item onClick={onFind} rightSection={<kbd className={css.kbd}>{keyText('Mod+F')}</kbd>}>
            {t('find.title')}
          </Menu.Item>
          <Menu.Divider />
          {menu}
          <Menu.Divider />
          <Menu.Item onClick={onKeys} rightSection={<kbd className={css.kbd}>?</kbd>}>
            {t('keys.title')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button
        variant="default"
        size="xs"
        className={`${css.test} ${testing ? css.pressed : ''}`}
        aria-pressed={testing}
        leftSection={<IconDeviceMobile size={16} stroke={1.75} aria-hidden="true" />}
        onClick={onTest}
      >
        {t('top.test')}
      </Button>
      <Button size="xs" disabled={readOnly || !bot} onClick={onPublish}>
        {t('top.publish')}
      </Button>
    </header>
  )
}

/** Undo or redo, saying what. */
function History({ direction }: { direction: 'undo' | 'redo' }) {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const verb = useDesk(state => (direction === 'undo' ? state.past.at(-1) : state.future[0])?.verb)
  const Icon = direction === 'undo' ? IconArrowBackUp : IconArrowForwardUp
  const key = keyText(direction === 'undo' ? 'Mod+Z' : 'Shift+Mod+Z')
  const label = verb ? t(`top.${direction}`, { what: t(`verbs.${verb}`) }) : t(`top.no_${direction}`)
  return (
    <Tooltip label={`${label}  ${key}`} openDelay={400}>
      <ActionIcon
        className={css.wideOnly}
        variant="subtle"
        color="gray"
        size={32}
        aria-label={label}
        style={verb ? undefined : { opacity: 0.4 }}
        aria-disabled={!verb}
        onClick={() => desk.getState()[direction]()}
      >
        <Icon size={18} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  )
}

/** Whether everything is on the server. */
function Saved() {
  const { t, i18n } = useTranslation('builder')
  const { readOnly, saver } = useWork()
  const state = useSaving(saving => saving.state)
  const at = useSaving(saving => saving.at)
  const error = useSaving(saving => saving.error)
  if (readOnly) return <span className={css.tag}>{t('top.read_only')}</span>
  if (state === 'failed' || state === 'refused') {
    return (
      <span className={css.failed} role="alert">
        <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
        <span>{state === 'failed' ? t('top.not_saved') : t('top.refused', { why: (error as Error)?.message })}</span>
        <button type="button" className={css.quiet} onClick={() => void saver.now()}>
          {t('top.save_now')}
        </button>
      </span>
    )
  }
  const said =
    state === 'conflict'
      ? t('top.conflict')
      : state === 'saved'
        ? at
          ? t('top.saved_at', { at: clockTime(at, i18n.language) })
          : t('top.saved')
        : t('top.saving')
  return (
    <>
      <span className={css.tag}>{t('top.draft')}</span>
      <span className={css.saved} data-saving={state}>
        {said}
      </span>
    </>
  )
}

/** Which version answers, and where. */
function Answers({ bot }: { bot: Bot }) {
  const { t } = useTranslation('builder')
  const active = bot.integrations.filter(one => one.active)
  if (bot.version === null) return <span>{t('top.unpublished')}</span>
  return (
    <span className={css.version} title={active.map(one => one.name).join(', ')}>
      <IconCircleCheck size={16} stroke={1.75} aria-hidden="true" />
      <b>{t('version', { version: bot.version })}</b>
      <span className="cut">
        {active.length === 0
          ? t('top.nowhere')
          : t('top.answers_on', { name: active[0]!.name ?? active[0]!.id, count: active.length - 1 })}
      </span>
    </span>
  )
}
