'use client'

import { useMemo } from 'react'

import type { ServiceNode } from '@/lib/contract/graph'
import type { LogFacet } from '@/lib/contract/log'
import type { Known } from '@/lib/domain/log-filter/complete'

/** What a filter can be completed with: the services there are, and the attributes and values that were counted. */
export function useKnown(services: Readonly<Record<string, ServiceNode>>, facets: readonly LogFacet[] | null): Known {
  return useMemo(() => {
    const counted = facets ?? []
    return {
      services: Object.values(services).map(({ name }) => name),
      attributes: counted.flatMap(({ field }) => (field.startsWith('@') ? [field.slice(1)] : [])),
      values: Object.fromEntries(counted.map(({ field, values }) => [field, values.map(({ value }) => value)])),
    }
  }, [services, facets])
}
