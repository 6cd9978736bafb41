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

await startWords(
  { phone, messages },
  import.meta.glob<object>('../words/{de,es,pt}/{phone,messages}.json', { import: 'default' }),
)
followSystem()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)
