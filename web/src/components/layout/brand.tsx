/** The mark: a candle that is a candle. */
export function Mark({ size = 24 }: { size?: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} />
}
