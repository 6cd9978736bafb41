import { IconDots, IconPlus, IconUser } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { initials, phoneNumber } from '../words/names'
import css from './Chats.module.css'
import type { BusinessNumber, Owner } from './sim'
import ui from './ui.module.css'

interface Props {
  owner: Owner
  numbers: BusinessNumber[]
  current?: string
  others: Owner[]
  onOpen: (number: string) => void
  onSwitch: (wa_id: string) => void
  onMore: () => void
  onAdd: () => void
}

/** The screen behind the arrow: which number to write to and, on a small screen, whose phone this is. */
export function Chats({ owner, numbers, current, others, onOpen, onSwitch, onMore, onAdd }: Props) {
  const { t } = useTranslation('phone')
  const number = owner.hide_number ? t('hidden_number') : phoneNumber(owner.wa_id)
  return (
    <div className={css.chats}>
      <header>
        <div className="grow">
          <h2>{t('chats')}</h2>
          <p className="cut">{t('chats_of', { name: owner.name, number })}</p>
        </div>
        <button type="button" className={ui.icon} aria-label={t('more')} onClick={onMore}>
          <IconDots size={18} stroke={2.25} aria-hidden="true" />
        </button>
      </header>
      <ul>
        {numbers.map(one => (
          <li key={one.id}>
            <button type="button" onClick={() => onOpen(one.id)} aria-current={one.id === current || undefined}>
              <span className={ui.avatar} aria-hidden="true">
                {initials(one.verified_name || one.display_phone_number)}
              </span>
              <span className="grow">
                <b className="cut">{one.verified_name || one.display_phone_number}</b>
                <small className="cut">{one.display_phone_number}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {numbers.length === 0 && (
        <p className={css.none}>
          {t('no_number')}. {t('no_number_more')}
        </p>
      )}
      <div className={css.phones}>
        <h3>{t('phones')}</h3>
        <ul>
          {others.map(other => (
            <li key={other.wa_id}>
              <button type="button" onClick={() => onSwitch(other.wa_id)}>
                <span className={css.face}>
                  <IconUser size={18} stroke={1.75} aria-hidden="true" />
                </span>
                <b className="cut">{other.name}</b>
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className={ui.button} onClick={onAdd}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('add_phone')}
        </button>
      </div>
    </div>
  )
}
