import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'

import { paths } from '@/components/paths'
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
      {/* Where there is room, the list is beside it. */}
      <Link href={paths.reference()} className="mb-4 inline-block rounded-small text-muted hover:text-ink lg:hidden">
        ← All operations
      </Link>
      <PageHeader title={noun} />
      {group.entries.map((entry) => (
        <ReferenceEntry key={entry.name} entry={entry} />
      ))}
    </>
  )
}
