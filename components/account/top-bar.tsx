import Link from 'next/link'

import { PageBell } from '@/components/alert/page-bell'
import { OrganizationMenu, type NamedOrganization } from '@/components/organization/organization-menu'
import { paths } from '@/components/paths'
import type { Role } from '@/lib/domain/permission'

import { AccountMenu } from './account-menu'
import { ConsoleNav } from './console-nav'
import type { Theme } from './theme'
import { ThemeMenu } from './theme-menu'
import { Wordmark } from './wordmark'

export type TopBarProps = {
  user: { name: string; email: string }
  organizations: readonly NamedOrganization[]
  current: NamedOrganization | null
  /** The person's role in the current organization. */
  role: Role | null
  theme: Theme
}

/** The slim bar above the pages of the console. */
export function TopBar({ user, organizations, current, role, theme }: TopBarProps) {
  return (
    <header className="sticky top-0 z-40 border-b border-line bg-canvas">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:top-1 focus:left-2 focus:z-50 focus:rounded-control focus:bg-overlay focus:px-3 focus:py-2">
        Skip to content
      </a>
      <div className="mx-auto flex h-12 max-w-6xl items-center gap-1 px-4 sm:gap-2 sm:px-6">
        <Link href={paths.projects()} className="flex rounded-control">
          <Wordmark hideWord />
        </Link>
        {current === null ? null : (
          <div className="hidden min-w-0 items-center gap-2 sm:flex">
            <span aria-hidden="true" className="text-faint">
              /
            </span>
            <OrganizationMenu organizations={organizations} current={current} />
          </div>
        )}
        <ConsoleNav role={role} className="sm:ml-4" />
        <div className="ml-auto flex shrink-0 items-center sm:gap-1">
          {current === null ? null : <PageBell organizationId={current.id} />}
          <ThemeMenu theme={theme} />
          <AccountMenu user={user} organizations={organizations} currentId={current?.id ?? null} />
        </div>
      </div>
    </header>
  )
}
