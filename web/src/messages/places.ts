export interface Place {
  latitude: number
  longitude: number
  name?: string
  address?: string
}

/** Places to send without leaving one's desk, by a name of their own. */
export const places: Record<string, Place & { name: string }> = {
  hamburg: { latitude: 53.5503, longitude: 9.9928, name: 'Rathaus', address: 'Rathausmarkt 1, 20095 Hamburg' },
  cusco: { latitude: -13.5168, longitude: -71.9788, name: 'Plaza de Armas', address: 'Cusco, Perú' },
  sea: { latitude: 54.1833, longitude: 7.8833, name: 'Helgoland', address: '27498 Helgoland' },
}

/** The rows that offer them. */
export const placeRows = Object.entries(places).map(([id, { name, address }]) => ({
  id,
  title: name,
  description: address,
}))

/** An address that leads to the web; nothing else is a link. */
export function webAddress(text: string | null | undefined): string | undefined {
  return text && /^https?:\/\/[^\s]+$/i.test(text) ? text : undefined
}
