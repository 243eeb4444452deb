import type { ReactNode } from 'react'

import { currentTheme } from '@/app/read-page'
import { ThemeMenu } from '@/components/account/theme-menu'
import { Wordmark } from '@/components/account/wordmark'

/** The frame of the pages before one is signed in: one narrow column. */
export default async function EntryLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between px-5 py-4">
        <Wordmark />
        <ThemeMenu theme={await currentTheme()} />
      </header>
      <main className="flex flex-1 justify-center px-4 pt-[10vh] pb-16">
        <div className="w-full max-w-[23rem]">{children}</div>
      </main>
    </div>
  )
}
