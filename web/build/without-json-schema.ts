import type { Plugin } from 'vite'

const UNUSED = /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/

/**
 * Leaves zod's JSON Schema generator out of the build: every schema has a method that reaches it, so
 * tree shaking can't, and nothing here calls it. It is a twentieth of what a first page loads.
 */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'candlewick:without-json-schema',
    apply: 'build',
    transform(code, id) {
      if (!UNUSED.test(id)) return null
      const names = [...code.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(
        (match) => match[1],
      )
      const left = names.map((name) => `export const ${name} = () => () => undefined`)
      return { code: left.join('\n'), map: null }
    },
  }
}
