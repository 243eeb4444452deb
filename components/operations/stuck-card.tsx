'use client'

import Link from 'next/link'

import { paths } from '@/components/paths'
import { SectionCard } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateShape } from '@/components/ui/state-shape'
import type { JobOverview } from '@/lib/contract/job'

const LINK = 'font-medium underline decoration-line-strong underline-offset-3 hover:decoration-current'

/** What nobody works on although somebody should; nothing when all is in hand. */
export function StuckCard({ stuck: { deployments, environments } }: { stuck: JobOverview['stuck'] }) {
  if (deployments.length === 0 && environments.length === 0) return null
  return (
    <SectionCard danger title="Stuck" description="Nobody works on these, although somebody should.">
      <ul className="-my-4 divide-y divide-line">
        {deployments.map(({ project, environment, service, deployment, since }) => (
          <Item key={deployment.id}>
            <p className="break-words">
              <Link href={paths.deployment(project.id, environment.id, service.id, deployment.id)} className={LINK}>
                Deployment {deployment.number} of {service.name}
              </Link>{' '}
              <span className="text-muted">
                is {deployment.status}, but has no job that would go on with it.
              </span>
            </p>
            <p className="text-meta text-faint">
              {project.name} / {environment.name} · begun <RelativeTime at={since} /> · It is ended with a reason within a minute; deploy again after that.
            </p>
          </Item>
        ))}
        {environments.map(({ project, environment, isGoing, since, message }) => (
          <Item key={environment.id}>
            <p className="break-words">
              {isGoing ? (
                <span className="font-medium">
                  {environment.name} of {project.name}
                </span>
              ) : (
                <Link href={paths.canvas(project.id, environment.id)} className={LINK}>
                  {environment.name} of {project.name}
                </Link>
              )}{' '}
              <span className="text-muted">
                {isGoing ? 'is being deleted, and something is in the way since' : message === null ? 'was last looked at' : 'does not match the drawing since'} <RelativeTime at={since} />.
              </span>
            </p>
            {message !== null && <p className="break-words">{message}</p>}
            <p className="text-meta text-faint">{message === null ? 'What runs there goes on running, but nothing is mended. Workers tells whether one is alive, the log of the platform why a look fails.' : 'It is tried again every few seconds.'}</p>
          </Item>
        ))}
      </ul>
    </SectionCard>
  )
}

function Item({ children }: { children: React.ReactNode }) {
  return (
    <li className="flex gap-2.5 py-3">
      <span className="mt-1 text-bad">
        <StateShape shape="triangle" />
      </span>
      <div className="min-w-0">{children}</div>
    </li>
  )
}
