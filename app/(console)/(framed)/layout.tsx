import type { ReactNode } from 'react'

import { currentMembership, currentTheme } from '@/app/read-page'
import { TopBar } from '@/components/account/top-bar'
import { currentViewer } from '@/lib/http/server'

/** The frame of every page but the canvas: the top bar and one column. Pages themselves ask for the viewer. */
export default async function FramedLayout({ children }: { children: ReactNode }) {
  const viewer = await currentViewer()
  const membership = viewer === null ? null : await currentMembership(viewer)
  return (
    <div className="flex min-h-dvh flex-col">
      {viewer === null ? null : <TopBar user={viewer.user} organizations={viewer.memberships.map((entry) => entry.organization)} current={membership?.organization ?? null} role={membership?.role ?? null} theme={await currentTheme()} />}
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 pt-6 pb-16 outline-none sm:px-6">
        {children}
      </main>
    </div>
  )
}
