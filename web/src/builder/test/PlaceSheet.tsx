import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Place, placeRows, places } from '../../messages/places'
import form from '../inspector/inspector.module.css'
import { placeOf, type TypedPlace } from './answer'
import { Rows, Sheet } from './Sheet'
import css from './Test.module.css'

interface Props {
  onSend: (place: Place) => void
  onClose: () => void
}

const parts = ['latitude', 'longitude', 'name', 'address'] as const

/** The places of the phone, and any other. */
export function PlaceSheet({ onSend, onClose }: Props) {
  const { t } = useTranslation('builder')
  const [chosen, setChosen] = useState<string>()
  const [typed, setTyped] = useState<TypedPlace>({ latitude: '', longitude: '', name: '', address: '' })
  const other = chosen === 'other'
  const place = other ? placeOf(typed) : places[chosen ?? '']
  return (
    <Sheet
      title={t('places.title')}
      ready={place !== undefined}
      onSend={() => place && onSend(place)}
      onClose={onClose}
    >
      <Rows
        sections={[
          { title: t('places.known'), rows: placeRows },
          { rows: [{ id: 'other', title: t('places.other'), description: t('places.other_more') }] },
        ]}
        chosen={chosen}
        onChoose={setChosen}
      />
      {other && (
        <div className={css.place}>
          {parts.map(part => (
            <input
              key={part}
              className={form.input}
              aria-label={t(`places.${part}`)}
              placeholder={t(`places.${part}`)}
              inputMode={part === 'latitude' || part === 'longitude' ? 'decimal' : undefined}
              value={typed[part]}
              onChange={({ target }) => setTyped({ ...typed, [part]: target.value })}
            />
          ))}
          {typed.latitude && typed.longitude && !place && (
            <p className={form.wrong} role="alert">
              {t('places.not_on_earth')}
            </p>
          )}
        </div>
      )}
    </Sheet>
  )
}
