'use client'

import './globals.css'

import type { ErrorViewProps } from '@/components/ui/error-view'

/** Shown when even the frame of all pages failed: uses nothing that could fail as well. */
export default function GlobalError({ error }: ErrorViewProps) {
  return (
    <html lang="en">
      <body className="flex min-h-dvh items-center justify-center p-6 font-sans">
        <title>Easel</title>
        <main className="max-w-md text-center">
          <h1 className="text-title font-medium">Easel could not be shown</h1>
          <p className="mt-1 text-muted">
            Check that the platform is running, then load the page again.
            {error.digest ? <> Its log has more about {error.digest}.</> : null}
          </p>
          <button type="button" onClick={() => window.location.reload()} className="mt-4 h-8 rounded-control bg-accent-fill px-3 font-medium text-on-accent">
            Load again
          </button>
        </main>
      </body>
    </html>
  )
}
