import './globals.css'

import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'

import { runOperation } from '@/app/actions'
import { THEME_COOKIE, themeOf } from '@/components/account/theme'
import { OperationsProvider } from '@/components/client/operations'
import { Toaster } from '@/components/ui/toaster'
import { isDemo } from '@/lib/http/demo'

export const metadata: Metadata = {
  title: { default: 'Easel', template: '%s · Easel' },
  description: 'Draw what you want to run; Easel builds and serves it.',
  referrer: 'same-origin',
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

/** Everything: fonts, theme, and the door to operations. The theme comes from a cookie, so the first paint is right. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-theme={theme} data-demo={isDemo() || undefined} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <head>
        {/* Not by `viewport`: Next makes its tags anew with every route, and a browser then styles the whole page anew. */}
        <meta name="color-scheme" content="dark light" />
      </head>
      <body className="min-h-dvh font-sans">
        <OperationsProvider run={runOperation}>{children}</OperationsProvider>
        <Toaster />
      </body>
    </html>
  )
}
