import type { CSSProperties } from 'react'

import styles from './heat-table.module.css'

export interface HeatRow {
  name: string
  values: readonly (number | null)[]
  /** Shown at the end, without colour. */
  total?: number | null
}

interface HeatTableProps {
  caption: string
  columns: readonly string[]
  rows: readonly HeatRow[]
  /** With its sign, so that colour is not alone. */
  format: (value: number) => string
  totalName?: string
}

/** A table whose cells are coloured by their values, the strongest for the farthest from zero. */
export function HeatTable({ caption, columns, rows, format, totalName }: HeatTableProps) {
  const sizes = rows.flatMap((row) => row.values.map((value) => Math.abs(value ?? 0)))
  const most = Math.max(1e-12, ...sizes)
  return (
    <table className={styles['table']}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
          {totalName !== undefined && <th scope="col">{totalName}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            {row.values.map((value, index) => (
              <HeatCell key={columns[index]} value={value} most={most} format={format} />
            ))}
            {totalName !== undefined && (
              <td className={styles['total']}>{row.total == null ? '' : format(row.total)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface HeatCellProps {
  value: number | null
  most: number
  format: (value: number) => string
}

function HeatCell({ value, most, format }: HeatCellProps) {
  if (value === null || value === 0) return <td>{value === null ? '' : format(0)}</td>
  const heat = { '--heat': Math.sqrt(Math.abs(value) / most) } as CSSProperties
  return (
    <td className={value > 0 ? styles['gain'] : styles['loss']} style={heat}>
      {format(value)}
    </td>
  )
}
