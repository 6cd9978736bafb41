import type app from './en/app.json'
import type builder from './en/builder.json'
import type care from './en/care.json'
import type events from './en/events.json'
import type messages from './en/messages.json'
import type people from './en/people.json'
import type phone from './en/phone.json'
import type talk from './en/talk.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: {
      app: typeof app
      builder: typeof builder
      care: typeof care
      events: typeof events
      messages: typeof messages
      people: typeof people
      phone: typeof phone
      talk: typeof talk
    }
    returnNull: false
  }
}
