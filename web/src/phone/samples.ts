import type { Json } from '../messages/json'
import type { Place } from '../messages/places'
import { phoneNumber } from '../words/names'
import type { Owner } from './sim'

/** Where the browser is, when it says so. */
export function myPlace(): Promise<Place | undefined> {
  return new Promise(resolve => {
    if (!navigator.geolocation) return resolve(undefined)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => resolve(undefined),
      { timeout: 8000 },
    )
  })
}

export const placeMessage = (location: Place): Json => ({ type: 'location', location })

interface SampleCard {
  id: string
  name: string
  phone: string
}

/** The other phones on the page, and two people whose numbers belong to nobody. */
export const cards = (others: Owner[]): SampleCard[] => [
  ...others
    .filter(one => !one.hide_number)
    .map(one => ({ id: one.wa_id, name: one.name, phone: phoneNumber(one.wa_id) })),
  { id: 'lena', name: 'Lena Fjord', phone: '+49 176 0406 9101' },
  { id: 'quispe', name: 'Mayu Quispe', phone: '+1 555 0100' },
]

export function contactMessage({ name, phone }: SampleCard): Json {
  const [first = name, ...rest] = name.split(' ')
  const last = rest.join(' ')
  return {
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: name, first_name: first, ...(last ? { last_name: last } : {}) },
        phones: [{ phone, wa_id: phone.replace(/\D/g, ''), type: 'CELL' }],
      },
    ],
  }
}
