import type { Metadata } from 'next'

import { NotFoundView } from '@/components/ui/not-found-view'

export const metadata: Metadata = { title: 'Not found' }

/** An address that leads nowhere. */
export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <NotFoundView />
    </main>
  )
}
