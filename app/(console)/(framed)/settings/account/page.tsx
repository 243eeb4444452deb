import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { PasswordForm } from '@/components/account/password-form'
import { SignOutButton } from '@/components/account/sign-out-button'
import { paths } from '@/components/paths'
import { SectionCard } from '@/components/ui/card'

export const metadata: Metadata = { title: 'Account' }

/** The person's own account. */
export default async function AccountPage() {
  const { user } = await requireViewer(paths.settings('account'))
  return (
    <>
      <SectionCard title={user.name} description={user.email} action={<SignOutButton />} />
      <PasswordForm email={user.email} />
    </>
  )
}
