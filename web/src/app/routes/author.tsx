import { useParams } from '@tanstack/react-router'

import { AuthorView } from '@/features/marketplace/author/author-view'

export function AuthorPage() {
  const { handle } = useParams({ from: '/shell/marketplace/authors/$handle' })
  return <AuthorView key={handle} handle={handle} />
}
