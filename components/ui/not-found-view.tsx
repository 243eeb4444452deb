import { paths } from '@/components/paths'

import { ButtonLink } from './button-link'
import { EmptyState } from './empty-state'

/** What an address that leads nowhere shows. */
export function NotFoundView() {
  return (
    <EmptyState heading title="There is nothing here" action={<ButtonLink href={paths.home()}>Go to the projects</ButtonLink>}>
      It was deleted, its address was mistyped, or your organization has no access to it.
    </EmptyState>
  )
}
