import { useStore } from "@evalwire/react-hooks";
import { useEffect, useRef } from "react";
import { useAnnounce } from "../live/Announcer.tsx";
import type { Acts } from "./Acts.ts";

/** Outcomes of the user's own actions, with their undo. */
export const Notices = ({ acts }: { readonly acts: Acts }) => {
  const notices = useStore(acts, (all) => all);
  const announce = useAnnounce();
  const lastId = useRef(0);
  useEffect(() => {
    for (const { id, text } of notices) if (id > lastId.current) announce(text);
    lastId.current = notices.at(-1)?.id ?? lastId.current;
  }, [notices, announce]);
  if (notices.length === 0) return null;
  return (
    <section className="notices" aria-label="Notices">
      <ul>
        {notices.map(({ id, tone, text, undo }) => (
          <li key={id} className={`notice tone-edge-${tone}`}>
            <span>{text}</span>
            {undo !== undefined && (
              <button type="button" onClick={() => void undo()}>
                Undo
              </button>
            )}
            <button type="button" className="bare" aria-label={`Dismiss: ${text}`} onClick={() => acts.dismiss(id)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};
