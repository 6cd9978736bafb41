import './styles'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import app from '../words/en/app.json'
import care from '../words/en/care.json'
import events from '../words/en/events.json'
import messages from '../words/en/messages.json'
import people from '../words/en/people.json'
import talk from '../words/en/talk.json'
import { startWords } from '../words/start'
import { queries, router } from './router'
import { resolver, schemeManager, theme } from './theme'

await startWords({
  en: async () => ({ app, care, events, messages, people, talk }),
  de: async () => ({
    app: (await import('../words/de/app.json')).default,
    care: (await import('../words/de/care.json')).default,
    events: (await import('../words/de/events.json')).default,
    messages: (await import('../words/de/messages.json')).default,
    people: (await import('../words/de/people.json')).default,
    talk: (await import('../words/de/talk.json')).default,
  }),
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
