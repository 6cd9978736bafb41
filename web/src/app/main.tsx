import './styles'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { useEnded } from '../api/session'
import { styleNonce } from '../look/nonce'
import app from '../words/en/app.json'
import messages from '../words/en/messages.json'
import { startWords } from '../words/start'
import { queries, router } from './router'
import { resolver, schemeManager, theme } from './theme'

// What keeps the page from scrolling behind a dialogue asks for it here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })

await startWords(
  { app, messages },
  import.meta.glob<object>(['../words/*/*.json', '!../words/en/{app,messages}.json', '!../words/*/phone.json'], {
    import: 'default',
  }),
)

const SessionEnded = lazy(() => import('./shell/Ended'))

/** Drawn the first time that a session ends. */
function Session() {
  const ended = useEnded()
  return <Suspense fallback={null}>{ended !== 'no' && <SessionEnded />}</Suspense>
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Session />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
