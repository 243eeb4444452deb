import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'

import { buttonClass, type ButtonSize, type ButtonVariant } from './button-style'

export type ButtonLinkProps = ComponentProps<typeof Link> & { variant?: ButtonVariant; size?: ButtonSize; icon?: ReactNode }

/** A link that looks like a button. */
export function ButtonLink({ variant = 'secondary', size = 'medium', icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={buttonClass(variant, size, className)}>
      {icon}
      {children}
    </Link>
  )
}
