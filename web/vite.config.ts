import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

import { withoutJsonSchema } from './build/without-json-schema'

// The local stack; it serves the API, Firebase's settings and its emulators' addresses.
const STACK = process.env['CANDLEWICK_API_URL'] ?? 'http://127.0.0.1:8700'

// What every page needs, in few files: they compress better together, and stay in caches when only pages change.
const CHUNKS = [
  {
    name: 'base',
    priority: 2,
    test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|zod|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
  },
  { name: 'base', priority: 1, test: /node_modules\/lucide-react\/dist\/esm\/(?!icons\/)/ },
  {
    name: 'kit',
    test: /node_modules\/lucide-react\/dist\/esm\/icons\/(check|circle-x|plus|x)\./,
  },
  { name: 'firebase', test: /node_modules\/(@firebase\/(app|auth|component|logger|util)|idb)\// },
  {
    name: 'kit',
    test: /src\/(components\/ui\/(badge|button|change|empty|panel|problem|progress|skeleton)|components\/layout\/page|lib\/(api|cn|format|problem|query-client|session|theme))\./,
  },
]

export default defineConfig({
  plugins: [react(), withoutJsonSchema()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2023',
    // The polyfill is an inline script; every browser that we support preloads modules itself.
    modulePreload: { polyfill: false },
    // Nothing is inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        // The one worker that may run WebAssembly has a folder, and so a policy, of its own.
        entryFileNames: ({ name }) =>
          name === 'ruff-worker' ? 'workers/[name]-[hash].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/api': STACK, '/__': STACK },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
  },
})
