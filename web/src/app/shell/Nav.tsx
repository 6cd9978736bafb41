import { Menu, Tooltip } from '@mantine/core'
import {
  IconBuildingBroadcastTower,
  IconDeviceMobile,
  IconDots,
  IconExternalLink,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSelector,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from '../../look/Mark'
import { initials } from '../../words/names'
import { type Language, languages, speak } from '../../words/start'
import { AccountMenu, useAccountChoice } from './AccountMenu'
import { Badge } from './Badge'
import { places } from './places'
import css from './Shell.module.css'
import { useLogOut, useMe, usePlace, useTheme } from './session'

export function Nav({ rail }: { rail: boolean }) {
  const { t, i18n } = useTranslation('app')
  const { user, account, installation } = useMe()
  const { scheme, turn } = useTheme()
  const logOut = useLogOut()
  const hint = (label: string, child: ReactElement) => (
    <Tooltip key={label} label={label} position="right" disabled={!rail} withinPortal>
      {child}
    </Tooltip>
  )
  const choice = useAccountChoice()
  const { all: operates, name: place } = usePlace()
  const face = (
    <span className={css.avatar} aria-hidden="true">
      {operates ? <IconBuildingBroadcastTower size={16} stroke={1.75} /> : initials(account.name)}
    </span>
  )
  const themeWords = t('theme', { scheme: t(`schemes.${scheme}`) })
  return (
    <nav className={css.nav} aria-label={t('nav')}>
      <Link to="/integrations" className={css.brand} aria-label="Chasqui">
        <Mark />
        {!rail && <span>Chasqui</span>}
      </Link>
      {choice ? (
        <AccountMenu>
          <button type="button" className={`${css.account} ${css.choice}`} title={rail ? place : undefined}>
            {face}
            <span className="vh">{t('switcher.title', { name: place })}</span>
            {!rail && (
              <>
                <span className="cut grow" aria-hidden="true">
                  {place}
                </span>
                <IconSelector size={16} stroke={1.75} aria-hidden="true" />
              </>
            )}
          </button>
        </AccountMenu>
      ) : (
        hint(
          account.name,
          <div className={css.account}>
            {face}
            <span className={rail ? 'vh' : 'cut grow'}>{account.name}</span>
          </div>,
        )
      )}
      {places.map(({ to, name, Icon }) =>
        hint(
          t(`places.${name}`),
          <Link to={to} className={css.item} activeProps={{ 'aria-current': 'page' }}>
            <Icon size={18} stroke={1.75} aria-hidden="true" />
            <span className={rail ? 'vh' : ''}>{t(`places.${name}`)}</span>
            <Badge place={name} />
          </Link>,
        ),
      )}
      <div className={css.foot}>
        {installation.phone_url &&
          hint(
            t('phone'),
            <a className={css.item} href={installation.phone_url} target="_blank" rel="noopener">
              <IconDeviceMobile size={18} stroke={1.75} aria-hidden="true" />
              <span className={rail ? 'vh' : ''}>{t('phone')}</span>
              {!rail && <IconExternalLink className={css.out} size={14} stroke={2} aria-hidden="true" />}
            </a>,
          )}
        <LanguageMenu rail={rail} language={i18n.language as Language} />
        {hint(
          themeWords,
          <button type="button" className={css.item} onClick={turn}>
            <IconMoon size={18} stroke={1.75} aria-hidden="true" />
            <span className={rail ? 'vh' : ''}>{themeWords}</span>
          </button>,
        )}
        <div className={css.line} />
        <Menu position="top-start" width={200} withinPortal>
          <Menu.Target>
            <button type="button" className={`${css.item} ${css.person}`}>
              {rail && <span className="vh">{t('person', { name: user.name })}</span>}
              <span className={`${css.avatar} ${css.face}`} aria-hidden="true">
                {initials(user.name || user.email)}
              </span>
              {!rail && (
                <>
                  <span className="grow">
                    <b className="cut">{user.name || user.email}</b>
                    <small>{t(`roles.${account.role}`)}</small>
                  </span>
                  <IconDots size={16} stroke={2.25} aria-hidden="true" />
                </>
              )}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{user.email}</Menu.Label>
            <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={() => logOut()}>
              {t('log_out')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </nav>
  )
}

function LanguageMenu({ rail, language }: { rail: boolean; language: Language }) {
  const { t } = useTranslation('app')
  return (
    <Menu position="top-start" width={160} withinPortal>
      <Menu.Target>
        <button type="button" className={css.item}>
          <IconLanguage size={18} stroke={1.75} aria-hidden="true" />
          <span className="vh">{t('language')}:</span>
          <span className={rail ? 'vh' : ''}>{languages[language]}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([key, name]) => (
          <Menu.Item key={key} lang={key} onClick={() => void speak(key as Language)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
