import type { Json } from '../messages/json'
import { phoneNumber } from '../words/names'
import type { Owner } from './sim'

export interface Place {
  id: string
  latitude: number
  longitude: number
  name?: string
  address?: string
}

/** Places to send without leaving one's desk. */
export const places: (Place & { name: string })[] = [
  { id: 'hamburg', latitude: 53.5503, longitude: 9.9928, name: 'Rathaus', address: 'Rathausmarkt 1, 20095 Hamburg' },
  { id: 'cusco', latitude: -13.5168, longitude: -71.9788, name: 'Plaza de Armas', address: 'Cusco, Perú' },
  { id: 'sea', latitude: 54.1833, longitude: 7.8833, name: 'Helgoland', address: '27498 Helgoland' },
]

/** Where the browser is, when it says so. */
export function myPlace(): Promise<Place | undefined> {
  return new Promise(resolve => {
    if (!navigator.geolocation) return resolve(undefined)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ id: 'mine', latitude: coords.latitude, longitude: coords.longitude }),
      () => resolve(undefined),
      { timeout: 8000 },
    )
  })
}

export const placeMessage = ({ id: _, ...location }: Place): Json => ({ type: 'location', location })

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
