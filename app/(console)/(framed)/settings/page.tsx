import { redirect } from 'next/navigation'

import { paths } from '@/components/paths'

/** Settings begin with the organization. */
export default function SettingsPage() {
  redirect(paths.settings('organization'))
}
