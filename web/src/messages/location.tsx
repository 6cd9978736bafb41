import { IconMapPin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Json, number, text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

const read = (part: Json) => ({
  latitude: number(part.latitude),
  longitude: number(part.longitude),
  name: text(part.name) || undefined,
  address: text(part.address) || undefined,
  url: text(part.url) || undefined,
})

const map = (latitude: number, longitude: number) =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`

export const location: Kind<'location'> = {
  wire: ['location'],
  fromWire: read,
  fromContent: read,
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    const { latitude, longitude } = message
    const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
    return (
      <a className={css.place} href={map(latitude, longitude)} target="_blank" rel="noopener noreferrer">
        <svg className={css.map} viewBox="0 0 280 96" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
          <path d="M-10 70C50 40 90 92 150 62s80-44 150-30M40-10c10 40-16 60-6 120M120-10c-8 34 22 66 10 116M214-10c-10 30 18 70 6 120M-10 24c80 14 150-20 300 6" />
        </svg>
        <IconMapPin className={css.pin} size={30} stroke={1.75} aria-hidden="true" />
        <b>{message.name ?? t('location')}</b>
        <small>{message.address ?? place}</small>
      </a>
    )
  },
  line: (message, t) => message.name ?? message.address ?? t('location'),
}
