'use client'

import { ErrorView, type ErrorViewProps } from '@/components/ui/error-view'

/** Any other page that failed. */
export default function RootError(props: ErrorViewProps) {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <ErrorView {...props} />
    </main>
  )
}
