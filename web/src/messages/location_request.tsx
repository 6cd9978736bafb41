import { IconMapPin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Acts } from './Acts'
import { framedFromContent, framedFromWire } from './Framed'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { plain } from './markup'
import { useSurface } from './surface'

export const location_request: Kind<'location_request'> = {
  wire: ['interactive/location_request_message'],
  fromWire: part => ({ body: framedFromWire(part).body }),
  fromContent: content => ({ body: framedFromContent(content).body }),
  wide: true,
  Body: ({ message }) => <Marked text={message.body} />,
  Actions() {
    const { t } = useTranslation('messages')
    const { openPlaces } = useSurface()
    return <Acts acts={[{ label: t('send_location'), icon: IconMapPin, onTap: openPlaces }]} />
  },
  line: message => plain(message.body),
}
