import { redirect } from 'next/navigation'

import { paths } from '@/components/paths'
import { instanceGet } from '@/lib/contract/instance'
import { currentViewer, readOperation } from '@/lib/http/server'

/** Leads to where the person has to begin: the first account, signing in, or the projects. */
export default async function Home() {
  if ((await currentViewer()) !== null) redirect(paths.projects())
  const instance = await readOperation(instanceGet, {})
  redirect(instance.registrationOpen ? paths.welcome() : paths.signIn())
}
