import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { themeScript } from './dev/theme-script'

const server = process.env.CHASQUI_URL ?? 'http://127.0.0.1:8090'

export default defineConfig({
  root: 'src/app',
  base: '/',
  publicDir: false,
  plugins: [react(), themeScript()],
  build: {
    outDir: '../../dist/app',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What every page needs comes in one piece: thirty small ones take their turns.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
  server: { proxy: { '/api': server, '/_sim': server } },
})
