import {
  IconAdjustments,
  IconDeviceMobileMinus,
  IconDeviceMobilePlus,
  IconLanguage,
  IconMessages,
  IconMoon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Language, languages, speak } from '../words/start'
import { Sheet } from './Sheet'
import css from './Sheet.module.css'

export interface PageActions {
  theme: () => void
  addPhone: () => void
  panel: () => void
}

interface Props {
  page: PageActions
  onClose: () => void
  onChats?: () => void
  onHide?: () => void
}

/** What else this phone can do; on a small screen also what the page's header and panel hold. */
export function MoreSheet({ page, onClose, onChats, onHide }: Props) {
  const { t, i18n } = useTranslation('phone')
  const then = (act: () => void) => () => {
    onClose()
    act()
  }
  return (
    <Sheet title={t('more')} onClose={onClose}>
      <div className={css.menu}>
        {onChats && (
          <button type="button" data-first onClick={then(onChats)}>
            <IconMessages size={18} stroke={1.75} aria-hidden="true" />
            {t('switch_number')}
          </button>
        )}
        <button type="button" onClick={then(page.addPhone)}>
          <IconDeviceMobilePlus size={18} stroke={1.75} aria-hidden="true" />
          {t('add_phone')}
        </button>
        {onHide && (
          <button type="button" onClick={then(onHide)}>
            <IconDeviceMobileMinus size={18} stroke={1.75} aria-hidden="true" />
            {t('hide_phone')}
          </button>
        )}
        <div className={css.small}>
          <button type="button" onClick={then(page.panel)}>
            <IconAdjustments size={18} stroke={1.75} aria-hidden="true" />
            {t('meta')}
          </button>
          <button type="button" onClick={then(page.theme)}>
            <IconMoon size={18} stroke={1.75} aria-hidden="true" />
            {t('theme')}
          </button>
          {Object.entries(languages).map(([key, name]) => (
            <button
              key={key}
              type="button"
              lang={key}
              aria-current={key === i18n.language || undefined}
              onClick={then(() => void speak(key as Language))}
            >
              <IconLanguage size={18} stroke={1.75} aria-hidden="true" />
              {name}
            </button>
          ))}
        </div>
      </div>
    </Sheet>
  )
}
