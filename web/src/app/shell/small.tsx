import { Menu } from '@mantine/core'
import { IconDeviceMobile, IconDots, IconLanguage, IconLogout, IconMoon, IconSelector } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Mark } from '../../look/Mark'
import { initials } from '../../words/names'
import { type Language, languages, speak } from '../../words/start'
import { AccountMenu, useAccountChoice } from './AccountMenu'
import { Badge } from './Badge'
import { onBar, underMore } from './places'
import css from './Shell.module.css'
import { useLogOut, useMe, usePlace, useTheme } from './session'

/** The bar at the top of a phone's screen. */
export function TopBar() {
  const { t } = useTranslation('app')
  const { user } = useMe()
  const { name: place } = usePlace()
  const choice = useAccountChoice()
  const logOut = useLogOut()
  return (
    <header className={css.top}>
      <Mark size={28} />
      {choice ? (
        <AccountMenu>
          <button type="button" className={`${css.topName} ${css.topChoice}`}>
            <span className="vh">{t('switcher.title', { name: place })}</span>
            <span className="cut" aria-hidden="true">
              {place}
            </span>
            <IconSelector size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </AccountMenu>
      ) : (
        <span className={`${css.topName} cut`}>{place}</span>
      )}
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <button type="button" className={css.touch}>
            <span className="vh">{t('person', { name: user.name })}</span>
            <span className={`${css.avatar} ${css.face}`} aria-hidden="true">
              {initials(user.name || user.email)}
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{user.email}</Menu.Label>
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={() => logOut()}>
            {t('log_out')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  )
}

/** The bar at its foot. */
export function TabBar() {
  const { t, i18n } = useTranslation('app')
  const { installation } = useMe()
  const { scheme, turn } = useTheme()
  return (
    <nav className={css.tabs} aria-label={t('nav')}>
      {onBar.map(({ to, name, Icon }) => (
        <Link key={to} to={to} className={css.tab} activeProps={{ 'aria-current': 'page' }}>
          <Icon size={22} stroke={1.75} aria-hidden="true" />
          {t(`places.${name}`)}
          <Badge place={name} />
        </Link>
      ))}
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <button type="button" className={css.tab}>
            <IconDots size={22} stroke={2.25} aria-hidden="true" />
            {t('more')}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {underMore.map(({ to, name, Icon }) => (
            <Menu.Item key={to} component={Link} to={to as string} leftSection={<Icon size={16} stroke={1.75} />}>
              {t(`places.${name}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {installation.phone_url && (
            <Menu.Item
              component="a"
              href={installation.phone_url}
              target="_blank"
              rel="noopener"
              leftSection={<IconDeviceMobile size={16} stroke={1.75} />}
            >
              {t('phone')}
            </Menu.Item>
          )}
          {Object.entries(languages).map(([key, name]) => (
            <Menu.Item
              key={key}
              lang={key}
              aria-current={key === i18n.language || undefined}
              leftSection={<IconLanguage size={16} stroke={1.75} />}
              onClick={() => void speak(key as Language)}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Item closeMenuOnClick={false} leftSection={<IconMoon size={16} stroke={1.75} />} onClick={turn}>
            {t('theme', { scheme: t(`schemes.${scheme}`) })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
