import styles from './assistant.module.css'

interface AutoRunProps {
  isOn: boolean
  onChange: (isOn: boolean) => void
}

export function AutoRun({ isOn, onChange }: AutoRunProps) {
  return (
    <label className={styles['autoRun']}>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      Use and run proposals by themselves
    </label>
  )
}
