import { useBuilder, useSet } from '../context'
import type { Setting } from '../model/api'
import { fromSlider, toSlider } from '../model/registry'
import type { IndicatorUse, Num } from '../model/spec'
import { NumControl } from './num-control'
import styles from './parts.module.css'

interface SettingsProps {
  path: string
  use: IndicatorUse
}

/** An indicator's settings: a slider over the registry's range and the exact number. */
export function Settings({ path, use }: SettingsProps) {
  const { registry } = useBuilder()
  const entry = registry.get(use.indicator)
  if (entry === undefined || entry.settings.length === 0) return null
  return (
    <div className={styles['settings']}>
      {entry.settings.map((setting) => (
        <SettingControl
          key={setting.name}
          path={`${path}.settings.${setting.name}`}
          owner={use.name}
          setting={setting}
          value={use.settings[setting.name] ?? setting.default}
        />
      ))}
    </div>
  )
}

interface SettingControlProps {
  path: string
  owner: string
  setting: Setting
  value: Num
}

function SettingControl({ path, owner, setting, value }: SettingControlProps) {
  const change = useSet(path)
  const label = `${setting.title} of ${owner}`
  const { low, high, isWhole } = setting
  return (
    <div className={styles['setting']}>
      <span className={styles['caption']} title={`${low} to ${high}`}>
        {setting.title}
      </span>
      {typeof value === 'number' ? (
        <input
          type="range"
          className={styles['slider']}
          aria-label={`${label}, slider`}
          aria-valuetext={String(value)}
          min={0}
          max={200}
          value={toSlider(setting, value)}
          onChange={(event) => change(next(setting, value, Number(event.target.value)))}
        />
      ) : (
        <span className={styles['caption']}>a parameter</span>
      )}
      <NumControl
        path={path}
        label={label}
        value={value}
        wish={{ name: `${owner}_${setting.name}`, low, high, isWhole }}
      />
    </div>
  )
}

/** A step of the slider changes the value, even where many steps mean the same whole number. */
function next(setting: Setting, value: number, step: number): number {
  const found = fromSlider(setting, step)
  const before = toSlider(setting, value)
  if (found !== value || !setting.isWhole || step === before) return found
  return Math.min(setting.high, Math.max(setting.low, value + Math.sign(step - before)))
}
