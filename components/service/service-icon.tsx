import { BookOpen, Box, FileCode2, Folder, FolderUp, GitBranch, Hexagon, LayoutTemplate, PanelsTopLeft, Rocket, Zap, type LucideIcon } from 'lucide-react'

import { EngineMark } from '@/components/database/engine-mark'
import type { ServiceNode } from '@/lib/contract/graph'

const OF_FRAMEWORK: Record<string, LucideIcon> = {
  static: FileCode2,
  vite: Zap,
  cra: Zap,
  astro: Rocket,
  docusaurus: BookOpen,
  next: PanelsTopLeft,
  nuxt: PanelsTopLeft,
  remix: PanelsTopLeft,
  'react-router': PanelsTopLeft,
  sveltekit: PanelsTopLeft,
  angular: PanelsTopLeft,
}

const OF_SOURCE: Record<Exclude<ServiceNode['source']['type'], 'database'>, LucideIcon> = { git: GitBranch, local: Folder, upload: FolderUp, template: LayoutTemplate, image: Box }

/** What kind of thing a service is: by its framework once that is known, by its source before. */
export function ServiceIcon({ service, className }: { service: Pick<ServiceNode, 'framework' | 'source'>; className?: string }) {
  if (service.source.type === 'database') return <EngineMark engine={service.source.engine} className={className} />
  const Icon = service.framework === null ? OF_SOURCE[service.source.type] : (OF_FRAMEWORK[service.framework] ?? Hexagon)
  return (
    <span title={service.framework ?? undefined} className={className}>
      <Icon aria-hidden="true" className="size-5" strokeWidth={1.6} />
    </span>
  )
}
