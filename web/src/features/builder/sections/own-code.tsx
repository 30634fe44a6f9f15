import { useBuilder } from '../context'
import { CodeChunk } from '../parts/code-chunk'
import { Section } from '../parts/section'

/** Attributes, methods and functions that blocks cannot show. */
export function OwnCode() {
  const { spec } = useBuilder()
  if (spec.code.length === 0) return null
  return (
    <Section title="Code of its own" summary={`${spec.code.length} pieces`} path="code">
      {spec.code.map((item, index) => (
        <CodeChunk
          key={index}
          code={item.code}
          note={`In the ${item.place}${item.after === '' ? '' : `, behind ${item.after}`}`}
        />
      ))}
    </Section>
  )
}
