import { Menu } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode, Ref } from 'react'

import popup from '@/components/ui/popup.module.css'
import { cn } from '@/lib/cn'

import styles from './menu.module.css'

export interface MenuItem {
  text: string
  /** What it means, in one line. */
  detail?: string
  icon?: LucideIcon
  onChoose: () => void
  /** Why it cannot be chosen now. */
  refusal?: string | undefined
}

interface BlockMenuProps {
  label: string
  className?: string | undefined
  focusKey?: string
  items: readonly (MenuItem | null)[]
  ref?: Ref<HTMLButtonElement>
  onKeyDown?: (event: React.KeyboardEvent) => void
  children: ReactNode
}

/** A button with a menu; null among the items is a line between two groups. */
export function BlockMenu({
  label,
  className,
  focusKey,
  items,
  ref,
  onKeyDown,
  children,
}: BlockMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger
        ref={ref}
        aria-label={label}
        title={label}
        className={className}
        data-focus={focusKey}
        onKeyDown={onKeyDown}
      >
        {children}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner
          sideOffset={4}
          collisionPadding={8}
          align="start"
          className={popup['positioner']}
        >
          {/* A long menu scrolls, so it must be reachable by keyboard itself. */}
          <Menu.Popup tabIndex={0} className={cn(popup['popup'], styles['menu'])}>
            {items.map((item, index) =>
              item === null ? (
                <Menu.Separator key={index} className={styles['line']} />
              ) : (
                <Item key={item.text} item={item} />
              ),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Item({ item }: { item: MenuItem }) {
  const { icon: Icon, detail = item.refusal } = item
  return (
    <Menu.Item
      className={cn(popup['item'], styles['item'])}
      disabled={item.refusal !== undefined}
      onClick={item.onChoose}
    >
      {Icon !== undefined && <Icon size={15} aria-hidden className={styles['icon']} />}
      <span>
        {item.text}
        {detail !== undefined && <span className={styles['detail']}>{item.refusal ?? detail}</span>}
      </span>
    </Menu.Item>
  )
}
