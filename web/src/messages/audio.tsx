import type { Kind } from './kind'
import { Missing } from './Missing'
import { mediaFromContent, mediaFromWire } from './media'
import { Player } from './Player'

export const audio: Kind<'audio'> = {
  wire: ['audio', 'voice'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  wide: true,
  Body: ({ message }) =>
    message.url ? (
      <Player src={message.url} voice={message.voice === true} />
    ) : (
      <Missing type="audio" media={message} />
    ),
  line: (message, t) => t(message.voice ? 'voice' : 'audio'),
}
