import type { ReactNode } from 'react'

import { paths } from '@/components/paths'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tabs'

const TABS = [
  { href: paths.settings('organization'), label: 'Organization' },
  { href: paths.settings('members'), label: 'Members' },
  { href: paths.settings('targets'), label: 'Targets' },
  { href: paths.settings('keys'), label: 'SSH keys' },
  { href: paths.settings('registries'), label: 'Registries' },
  { href: paths.settings('stores'), label: 'Snapshot stores' },
  { href: paths.settings('notifications'), label: 'Notifications' },
  { href: paths.settings('drains'), label: 'Drains' },
  { href: paths.settings('tokens'), label: 'API tokens' },
  { href: paths.settings('account'), label: 'Account' },
]

/** The frame of the settings: of the organization first, then of the person. */
export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <TabLinks tabs={TABS} label="Settings" className="mb-6" />
      <div className="max-w-3xl space-y-5">{children}</div>
    </>
  )
}
