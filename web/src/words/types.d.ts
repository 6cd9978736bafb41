import type app from './en/app.json'
import type builder from './en/builder.json'
import type messages from './en/messages.json'
import type phone from './en/phone.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { app: typeof app; builder: typeof builder; messages: typeof messages; phone: typeof phone }
    returnNull: false
  }
}
