import { BookOpen, Box, Database, FileCode2, Folder, GitBranch, Hexagon, LayoutTemplate, PanelsTopLeft, Rocket, Zap, type LucideIcon } from 'lucide-react'

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

const OF_SOURCE: Record<ServiceNode['source']['type'], LucideIcon> = { git: GitBranch, local: Folder, template: LayoutTemplate, image: Box, database: Database }

/** What kind of thing a service is: by its framework once that is known, by its source before. */
export function ServiceIcon({ service, className }: { service: Pick<ServiceNode, 'framework' | 'source'>; className?: string }) {
  const Icon = service.framework === null ? OF_SOURCE[service.source.type] : (OF_FRAMEWORK[service.framework] ?? Hexagon)
  return (
    <span title={service.framework ?? undefined} className={className}>
      <Icon aria-hidden="true" className="size-5" strokeWidth={1.6} />
    </span>
  )
}
