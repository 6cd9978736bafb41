import '../look/fonts.css'
import '../look/tokens.css'
import '../look/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followSystem } from '../look/theme'
import messages from '../words/en/messages.json'
import phone from '../words/en/phone.json'
import { startWords } from '../words/start'
import { Page } from './Page'

await startWords({
  en: async () => ({ phone, messages }),
  de: async () => ({
    phone: (await import('../words/de/phone.json')).default,
    messages: (await import('../words/de/messages.json')).default,
  }),
})
followSystem()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)
