import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { themeScript } from './dev/theme-script'

const simulator = process.env.CHASQUI_SIMULATOR_URL ?? 'http://127.0.0.1:8090'

export default defineConfig({
  root: 'src/phone',
  base: '/phone/',
  publicDir: false,
  plugins: [react(), themeScript()],
  build: {
    outDir: '../../dist/phone',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  server: { port: 5174, proxy: { '/_sim': simulator } },
})
