import { Send, Square } from 'lucide-react'
import { useId, useState } from 'react'

import { Button } from '@/components/ui/button'

import styles from './assistant.module.css'

const MAX_TEXT = 4_000

interface ComposerProps {
  isStreaming: boolean
  onSend: (text: string) => void
  onStop: () => void
}

/** Where the user writes. Enter sends, Shift Enter begins a line, Escape stops the reply. */
export function Composer({ isStreaming, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState('')
  const id = useId()
  const send = () => {
    const said = text.trim()
    if (said === '' || isStreaming) return
    onSend(said)
    setText('')
  }
  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        Message
      </label>
      <textarea
        id={id}
        value={text}
        rows={2}
        maxLength={MAX_TEXT}
        placeholder="Buy when RSI is below 30, sell above 70, stop loss 5 %"
        aria-describedby={`${id}-keys`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && isStreaming) onStop()
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <span id={`${id}-keys`} className="visually-hidden">
        Enter sends, Shift Enter begins a new line, Escape stops the reply.
      </span>
      {isStreaming ? (
        <Button onClick={onStop}>
          <Square size={16} aria-hidden /> Stop
        </Button>
      ) : (
        <Button type="submit" look="primary" disabled={text.trim() === ''}>
          <Send size={16} aria-hidden /> Send
        </Button>
      )}
    </form>
  )
}
