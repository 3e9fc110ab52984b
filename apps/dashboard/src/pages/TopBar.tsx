import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Session } from "../live/session.ts";

interface TopBarProps {
  readonly session: Session;
  readonly children?: ReactNode;
}

export const TopBar = ({ session, children }: TopBarProps) => (
  <header className="top">
    <a className="skip" href="#main">
      Skip to the content
    </a>
    <Link href="~/" className="brand">
      evalwire
    </Link>
    {children}
    <span className="who" title={session.server}>
      {session.user}
      {session.isReadOnly && <span className="tag">view only</span>}
    </span>
  </header>
);
