'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'

import { paths } from '@/components/paths'

const LINKS = [
  { href: paths.projects(), label: 'Projects', below: '/projects' },
  { href: paths.activity(), label: 'Activity', below: '/activity' },
  { href: paths.settings(), label: 'Settings', below: '/settings' },
]

/** The places of the console. */
export function ConsoleNav({ className }: { className?: string }) {
  const pathname = usePathname()
  return (
    <nav aria-label="Console" className={clsx('flex items-center', className)}>
      {LINKS.map(({ href, label, below }) => {
        const current = pathname === below || pathname.startsWith(`${below}/`)
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className="rounded-control px-2 py-1 text-muted transition-colors hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink sm:px-2.5"
          >
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
