// Runs before everything else, and before the first paint.

// zod would compile its schemas with eval, which the content security policy forbids.
globalThis.__zod_globalConfig = { jitless: true }

// A chosen theme must never flash. The key is that of src/lib/theme.ts.
try {
  var theme = localStorage.getItem('candlewick.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme serves.
}
