'use client'

import clsx from 'clsx'
import { Activity, LayoutGrid, ServerCog, Settings, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'

import { paths } from '@/components/paths'
import { roleHolds, type Permission, type Role } from '@/lib/domain/permission'

const LINKS = [
  { href: paths.projects(), label: 'Projects', icon: LayoutGrid, below: '/projects' },
  { href: paths.activity(), label: 'Activity', icon: Activity, below: '/activity' },
  { href: paths.operations(), label: 'Operations', icon: ServerCog, below: '/operations', permission: 'job.read' },
  { href: paths.settings(), label: 'Settings', icon: Settings, below: '/settings' },
] as const satisfies readonly { href: string; label: string; icon: LucideIcon; below: string; permission?: Permission }[]

/** The places of the console that someone of this role may see. A phone has room for their icons only. */
export function ConsoleNav({ role, className }: { role: Role | null; className?: string }) {
  const pathname = usePathname()
  const links = LINKS.filter((link) => !('permission' in link) || (role !== null && roleHolds(role, link.permission)))
  return (
    <nav aria-label="Console" className={clsx('flex min-w-0 items-center overflow-x-auto', className)}>
      {links.map(({ href, label, icon: Icon, below }) => {
        const current = pathname === below || pathname.startsWith(`${below}/`)
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            title={label}
            className="rounded-control p-2 text-muted transition-colors hover:text-ink focus-visible:outline-offset-[-2px] aria-[current=page]:font-medium aria-[current=page]:text-ink max-sm:aria-[current=page]:bg-press sm:px-2.5 sm:py-1"
          >
            <Icon aria-hidden="true" className="size-4 sm:hidden" />
            <span className="sr-only sm:not-sr-only">{label}</span>
          </Link>
        )
      })}
    </nav>
  )
}
