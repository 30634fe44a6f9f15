// Runs before the first paint, so that a chosen theme never flashes. The key is that of src/lib/theme.ts.
try {
  var theme = localStorage.getItem('candlewick.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme serves.
}

// zod reads this before the first schema is made: parsers that it compiles need eval, which the content
// security policy forbids.
globalThis.__zod_globalConfig = { jitless: true }
