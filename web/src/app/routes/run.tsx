import { Outlet } from '@tanstack/react-router'

export function RunPage() {
  return <Outlet />
}
