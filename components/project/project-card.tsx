'use client'

import { Settings } from 'lucide-react'
import Link from 'next/link'

import { paths } from '@/components/paths'
import { IconButton } from '@/components/ui/icon-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateShape } from '@/components/ui/state-shape'
import { TONE_TEXT } from '@/components/ui/tone'
import type { ProjectCardView } from '@/lib/contract/project'
import { SERVICE_STATE } from '@/lib/domain/service-state'
import { useRouter } from 'next/navigation'

import { Miniature } from './miniature'
import { atAGlance, summarizeStates, type StateCount } from './state-summary'

/** A project at a glance: its canvas, its states, its last deployment. The whole card leads to the canvas. */
export function ProjectCard({ project }: { project: ProjectCardView }) {
  const router = useRouter()
  const environment = project.environments[0]
  const href = environment === undefined ? paths.projectSettings(project.id) : paths.canvas(project.id, environment.id)
  return (
    <li className="group relative flex flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card transition-colors hover:border-line-strong has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
      <div className="relative aspect-[2.2] border-b border-line bg-sunken">
        {project.nodes.length + project.volumes.length === 0 ? <p className="flex h-full items-center justify-center text-meta text-faint">Nothing drawn yet</p> : <Miniature nodes={project.nodes} links={project.links} volumes={project.volumes} />}
      </div>
      <div className="flex items-start gap-2 px-3.5 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-title font-medium">
            <Link href={href} className="outline-none after:absolute after:inset-0">
              {project.name}
            </Link>
          </h2>
          <StateCounts project={project} />
          <p className="mt-1 text-meta text-faint">
            {project.lastDeploymentAt === null ? 'Never deployed' : <>Deployed <RelativeTime at={project.lastDeploymentAt} /></>}
          </p>
        </div>
        <IconButton
          label={`Settings of ${project.name}`}
          icon={<Settings />}
          size="small"
          className="relative z-10 -mr-1 transition-opacity sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100"
          onClick={() => router.push(paths.projectSettings(project.id))}
        />
      </div>
    </li>
  )
}

const MOST_SHOWN = 3

function StateCounts({ project }: { project: ProjectCardView }) {
  const { shown, rest } = atAGlance(summarizeStates(project.nodes.map((node) => node.state)), MOST_SHOWN)
  if (shown.length === 0) return <p className="mt-0.5 truncate text-meta text-faint">No services</p>
  return (
    <ul className="mt-0.5 flex h-4 gap-x-3 overflow-hidden text-meta whitespace-nowrap">
      {shown.map(({ state, count }) => (
        <li key={state} className={`inline-flex items-center gap-1.5 ${TONE_TEXT[SERVICE_STATE[state].tone]}`}>
          <StateShape shape={SERVICE_STATE[state].shape} size={10} progress={0.35} />
          {wordsOf({ state, count })}
        </li>
      ))}
      {rest.length === 0 ? null : (
        <li className="relative z-10 truncate text-faint" title={rest.map(wordsOf).join(', ')}>
          <span aria-hidden="true">+{rest.reduce((sum, { count }) => sum + count, 0)}</span>
          <span className="sr-only">{rest.map(wordsOf).join(', ')}</span>
        </li>
      )}
    </ul>
  )
}

function wordsOf({ state, count }: StateCount): string {
  return `${count} ${SERVICE_STATE[state].word.toLowerCase()}`
}
