import type { SgpError } from "@evalwire/core";
import type { ReactNode } from "react";

interface TroubleProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Tries again at once. */
  readonly retry?: () => void;
}

/** A state in which there is nothing to show: what it is, and what to do. */
export const Trouble = ({ title, children, retry }: TroubleProps) => (
  <section className="trouble" aria-labelledby="trouble-head">
    <h1 id="trouble-head">{title}</h1>
    {children}
    {retry !== undefined && (
      <p>
        <button type="button" onClick={retry}>
          Try now
        </button>{" "}
        <span className="quiet">The page also tries again by itself.</span>
      </p>
    )}
  </section>
);

const notInvited = "This browser is not invited";

const keyRefused = {
  title: "The key is refused",
  advice:
    "The evaluation server does not accept the key of this dashboard (any more). Start it again with a valid one.",
};

/** Meaning of an error for the reader: a title and a sentence of advice. */
export const adviceOf = (error: unknown, what: string): { readonly title: string; readonly advice: string } => {
  const { reason, detail, status, message } = error as Partial<SgpError> & { readonly message?: string };
  switch (reason?._tag) {
    case "NotFound":
      return {
        title: `There is no ${what}`,
        advice: "Check the address: the id may be mistyped, of another account, or archived.",
      };
    case "Unauthorized":
      return keyRefused;
    case "Forbidden":
      // The program that serves the page was restarted.
      if (detail?.startsWith(notInvited)) return { title: notInvited, advice: detail.slice(notInvited.length + 2) };
      return { title: "Not allowed", advice: detail ?? "The key of this dashboard may not read this." };
    case "RateLimited":
      return { title: "Too many requests", advice: "The evaluation server requests a pause." };
    case "Unreachable":
    case "Timeout":
      return { title: "Nothing answers", advice: "The program behind this page, or the network to it, is gone." };
    case "ServerFault":
      // The relay cannot say 401: that would mean the reader's own cookie.
      if (detail?.includes("own key") === true) return keyRefused;
      return {
        title:
          status === 502 || status === 504 ? "The evaluation server cannot be used" : "The evaluation server fails",
        advice: detail ?? message ?? "",
      };
    default:
      return { title: "This could not be read", advice: detail ?? message ?? String(error) };
  }
};
