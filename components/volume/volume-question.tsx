'use client'

import type { Question } from '@/components/canvas/store'

import { AddVolume } from './add-volume'
import { AttachVolume } from './attach-volume'
import { DeleteVolume } from './delete-volume'
import { DetachVolume } from './detach-volume'

type AboutVolume = Extract<Question, { kind: 'add_volume' | 'attach' | 'detach' | 'delete_volume' }>

/** The open dialog about a volume. */
export function VolumeQuestion({ question }: { question: AboutVolume }) {
  switch (question.kind) {
    case 'add_volume':
      return <AddVolume serviceId={question.serviceId} at={question.at} />
    case 'attach':
      return <AttachVolume volumeId={question.volumeId} serviceId={question.serviceId} />
    case 'detach':
      return <DetachVolume volumeId={question.volumeId} />
    case 'delete_volume':
      return <DeleteVolume volumeId={question.volumeId} />
  }
}
