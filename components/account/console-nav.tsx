'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'

import { paths } from '@/components/paths'
import { roleHolds, type Permission, type Role } from '@/lib/domain/permission'

const LINKS = [
  { href: paths.projects(), label: 'Projects', below: '/projects' },
  { href: paths.activity(), label: 'Activity', below: '/activity' },
  { href: paths.operations(), label: 'Operations', below: '/operations', permission: 'job.read' },
  { href: paths.settings(), label: 'Settings', below: '/settings' },
] as const satisfies readonly { href: string; label: string; below: string; permission?: Permission }[]

/** The places of the console that someone of this role may see. */
export function ConsoleNav({ role, className }: { role: Role | null; className?: string }) {
  const pathname = usePathname()
  const links = LINKS.filter((link) => !('permission' in link) || (role !== null && roleHolds(role, link.permission)))
  return (
    <nav aria-label="Console" className={clsx('flex min-w-0 items-center overflow-x-auto', className)}>
      {links.map(({ href, label, below }) => {
        const current = pathname === below || pathname.startsWith(`${below}/`)
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className="rounded-control px-1.5 py-1 text-muted transition-colors hover:text-ink focus-visible:outline-offset-[-2px] aria-[current=page]:font-medium aria-[current=page]:text-ink sm:px-2.5"
          >
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
