import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { ReferenceEntry } from '@/components/reference/reference-entry'
import { referenceGroups } from '@/components/reference/reference-model'
import { PageHeader } from '@/components/ui/page-header'

type Props = { params: Promise<{ noun: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `API reference: ${(await params).noun}` }
}

/** All operations of one noun, with everything that goes in and comes out. */
export default async function ReferenceNounPage({ params }: Props) {
  const { noun } = await params
  const group = referenceGroups().find((known) => known.noun === noun)
  if (!group) notFound()
  return (
    <>
      <PageHeader title={noun} />
      {group.entries.map((entry) => (
        <ReferenceEntry key={entry.name} entry={entry} />
      ))}
    </>
  )
}
