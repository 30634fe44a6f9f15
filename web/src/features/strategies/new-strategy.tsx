import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Upload } from 'lucide-react'
import { type DragEvent, useId, useRef, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { cn } from '@/lib/cn'

import { createStrategy, emptyBlocks, saveVersion } from './api'
import { rememberView } from './editor/view-memory'
import styles from './new-strategy.module.css'
import { BLANK, BLOCKS, classNameOf, type Template, TEMPLATES } from './templates/templates'
import { type Upload as Uploaded, readUpload } from './upload'

interface NewStrategyProps {
  isOpen: boolean
  onClose: () => void
}

/** Begins a strategy: from blocks, from a template, from a file, or blank. */
export function NewStrategy({ isOpen, onClose }: NewStrategyProps) {
  return (
    <Dialog title="New strategy" isOpen={isOpen} onClose={onClose} isWide>
      <NewStrategyForm onClose={onClose} />
    </Dialog>
  )
}

function NewStrategyForm({ onClose }: { onClose: () => void }) {
  const [source, setSource] = useState<Template | Uploaded>(TEMPLATES[0] ?? BLANK)
  const [name, setName] = useState('')
  const [wrongFile, setWrongFile] = useState<string | undefined>()
  const creation = useCreation()
  const suggested = source.title
  const take = (file: File | undefined) => {
    if (file === undefined) return
    readUpload(file).then(
      (upload) => {
        setSource(upload)
        setWrongFile(undefined)
      },
      (error: unknown) => setWrongFile(error instanceof Error ? error.message : undefined),
    )
  }
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        creation.mutate({ name: name.trim() === '' ? suggested : name.trim(), source })
      }}
    >
      <Choices chosen={source} onChoose={setSource} />
      <DropZone upload={'fileName' in source ? source : null} error={wrongFile} onFile={take} />
      <TextField
        label="Name"
        value={name}
        placeholder={suggested}
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
      />
      {creation.error !== null && <Problem error={creation.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={creation.isPending}>
          Create strategy
        </Button>
      </DialogActions>
    </form>
  )
}

function useCreation() {
  const client = useQueryClient()
  const navigate = useNavigate()
  // A repeated attempt goes on with the strategy that the first one made.
  const made = useRef<string | null>(null)
  return useMutation({
    mutationFn: async ({ name, source }: { name: string; source: Template | Uploaded }) => {
      made.current ??= (await createStrategy(name)).id
      const isBlocks = source === BLOCKS
      const code = isBlocks ? await emptyBlocks(classNameOf(name)) : source.code
      await saveVersion(made.current, { code, note: noteOf(source) })
      if (isBlocks) rememberView(made.current, 'blocks')
      return made.current
    },
    onSuccess: async (strategyId) => {
      await client.invalidateQueries({ queryKey: ['strategies', 'list'] })
      await navigate({ to: '/strategies/$strategyId', params: { strategyId } })
    },
  })
}

function noteOf(source: Template | Uploaded): string {
  if ('fileName' in source) return `Uploaded from ${source.fileName}`
  return source === BLOCKS ? 'Begun from blocks' : `From the template “${source.title}”`
}

interface ChoicesProps {
  chosen: Template | Uploaded
  onChoose: (template: Template) => void
}

function Choices({ chosen, onChoose }: ChoicesProps) {
  const name = useId()
  return (
    <fieldset>
      <legend className={styles['legend']}>Begin with</legend>
      <div className={styles['choices']}>
        {[BLOCKS, ...TEMPLATES, BLANK].map((template) => (
          <label key={template.id} className={styles['choice']}>
            <input
              type="radio"
              name={name}
              checked={template === chosen}
              onChange={() => onChoose(template)}
            />
            <strong>{template.title}</strong>
            <span className={styles['timeframe']}>
              {template === BLOCKS ? 'no code needed' : `${template.timeframe} candles`}
            </span>
            <span>{template.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

interface DropZoneProps {
  upload: Uploaded | null
  error: string | undefined
  onFile: (file: File | undefined) => void
}

function DropZone({ upload, error, onFile }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setIsOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    <div>
      {/* The drop is an extra; the file input inside is what keyboards and readers use. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <label
        className={cn(styles['drop'], (isOver || upload !== null) && styles['over'])}
        onDragOver={(event) => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <Upload size={18} aria-hidden />
        <span>
          {upload === null
            ? 'Or drop a Python file here, or press to choose one'
            : `File: ${upload.fileName}`}
        </span>
        <input
          type="file"
          accept=".py,text/x-python"
          className="visually-hidden"
          onChange={(event) => onFile(event.target.files?.[0])}
        />
      </label>
      {error !== undefined && (
        <p role="alert" className={styles['wrong']}>
          {error}
        </p>
      )}
    </div>
  )
}
