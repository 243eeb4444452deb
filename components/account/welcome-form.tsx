'use client'

import { useRouter } from 'next/navigation'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { projectCreate, serviceCreate } from '@/lib/contract/doors'

import { RegisterForm } from './register-form'

/** The first account. Draws an example besides, so that the first canvas has something to deploy. */
export function WelcomeForm() {
  const run = useRun()
  const router = useRouter()
  const drawExample = async () => {
    try {
      const project = await run(projectCreate, { name: 'My first project' })
      const environment = project.environments[0]
      if (environment === undefined) return router.push(paths.projects())
      await run(serviceCreate, { environmentId: environment.id, source: { type: 'template', template: 'two-services' } })
      router.push(paths.canvas(project.id, environment.id))
    } catch {
      // The account exists and is what was asked for; the projects page offers everything the example would have shown.
      router.push(paths.projects())
    }
    router.refresh()
  }
  return <RegisterForm submitLabel="Create account" onSignedIn={drawExample} />
}
